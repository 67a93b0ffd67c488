import { Controller } from '@nestjs/common';
import { factSchema, type Input, type Output } from '@loam/contracts/define';
import { GetUsagePolicy, SetUsagePolicy } from '@loam/contracts/usage';
import { EventStore } from '@loam/event-store';
import { OnRequest, type Call } from '@loam/messaging';
import { policyStream, UsagePolicySet } from '../policy.stream';
import { policyOf } from '../usage-policy';
import { setPolicy } from './set-policy.decider';

const events = factSchema(UsagePolicySet);

@Controller()
export class SetPolicyController {
  constructor(private readonly store: EventStore) {}

  @OnRequest(SetUsagePolicy)
  async set(command: Input<typeof SetUsagePolicy>, call: Call): Promise<Output<typeof SetUsagePolicy>> {
    const stream = policyStream(call.tenant);
    const outcome = await this.store.execute(call.context, { stream, events, decider: setPolicy, command });
    if ('rejected' in outcome) throw new Error('nothing is refused here');
    return outcome.state;
  }

  @OnRequest(GetUsagePolicy)
  get(_: Input<typeof GetUsagePolicy>, call: Call): Promise<Output<typeof GetUsagePolicy>> {
    return this.store.database.tenant(call.tenant, policyOf);
  }
}
