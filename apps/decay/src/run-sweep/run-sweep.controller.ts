import { Controller } from '@nestjs/common';
import { RunSweep } from '@loam/contracts/decay';
import type { Input, Output } from '@loam/contracts/define';
import { EventStore } from '@loam/event-store';
import { Jobs } from '@loam/jobs';
import { uuidv7 } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import type { decayJobs } from '../decay.jobs';

@Controller()
export class RunSweepController {
  constructor(
    private readonly store: EventStore,
    private readonly jobs: Jobs<typeof decayJobs>,
  ) {}

  @OnRequest(RunSweep)
  async run(_now: Input<typeof RunSweep>, call: Call): Promise<Output<typeof RunSweep>> {
    const id = uuidv7();
    await this.store.transaction(call.context, (unit) => this.jobs.intend(unit, 'sweepTenant', id, { id }));
    return { id };
  }
}
