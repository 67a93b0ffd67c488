import { Controller } from '@nestjs/common';
import type { Input, Output } from '@loam/contracts/define';
import { RecordSignals } from '@loam/contracts/telemetry';
import { OnRequest, Refused, type Call } from '@loam/messaging';
import { RecordingWishes } from './wishes';
import { SignalRecorder } from './signal-recorder';

@Controller()
export class RecordSignalsController {
  constructor(
    private readonly recorder: SignalRecorder,
    private readonly wishes: RecordingWishes,
  ) {}

  /** A batch mixes tenants, so it is taken only from the one that knows whose each signal is. */
  @OnRequest(RecordSignals)
  async record({ signals }: Input<typeof RecordSignals>, call: Call): Promise<Output<typeof RecordSignals>> {
    const { issuer, tenant } = call.identity;
    if (issuer !== 'gateway' || signals.some((signal) => tenant !== null && signal.tenant !== tenant))
      throw new Refused({
        code: 'forbidden',
        detail: 'Signals of several tenants come from the gateway alone.',
      });
    return { results: await this.wishes.obeyed(signals, (wanted) => this.recorder.record(wanted)) };
  }
}
