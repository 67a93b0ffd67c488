import { Controller } from '@nestjs/common';
import type { Input, Output } from '@loam/contracts/define';
import { RecordUsage } from '@loam/contracts/telemetry';
import { OnRequest, Refused, type Call } from '@loam/messaging';
import { UsageRecorder } from './usage-recorder';

@Controller()
export class RecordUsageController {
  constructor(private readonly recorder: UsageRecorder) {}

  /** A batch mixes tenants, so it is taken only from the one that knows whose each use is. */
  @OnRequest(RecordUsage)
  async record({ uses }: Input<typeof RecordUsage>, call: Call): Promise<Output<typeof RecordUsage>> {
    const { issuer, tenant } = call.identity;
    if (issuer !== 'gateway' || uses.some((use) => tenant !== null && use.tenant !== tenant))
      throw new Refused({
        code: 'forbidden',
        detail: 'Uses of several tenants come from the gateway alone.',
      });
    return { results: await this.recorder.record(uses) };
  }
}
