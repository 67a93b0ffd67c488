import { Controller } from '@nestjs/common';
import { SetDecayPolicy } from '@loam/contracts/decay';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { EventStore } from '@loam/event-store';
import type { Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { knownTags } from '../known-tags';
import { readPolicyVersion } from '../policies.queries';
import { policyStream } from '../policy.stream';
import { readPolicyDocument } from '../policy-document';
import { policyEvents, setPolicy } from './set-policy.decider';

@Controller()
export class SetPolicyController {
  constructor(private readonly store: EventStore) {}

  @OnRequest(SetDecayPolicy)
  async set(
    { policy }: Input<typeof SetDecayPolicy>,
    call: Call,
  ): Promise<Output<typeof SetDecayPolicy> | Rejection<ProblemOf<typeof SetDecayPolicy>>> {
    const { database } = this.store;
    const read = readPolicyDocument(policy, await database.tenant(call.tenant, knownTags));
    if ('rejected' in read) return read;
    const outcome = await this.store.execute(call.context, {
      ...{
        stream: policyStream(call.tenant),
        events: policyEvents,
        decider: setPolicy,
        command: read.policy,
      },
    });
    if ('rejected' in outcome) return outcome;
    const { version } = outcome.state;
    const set = await database.tenant(call.tenant, (tx) => readPolicyVersion(tx, version));
    if (set === undefined) throw new Error('a policy that was set is not there');
    return { ...set, warnings: read.warnings };
  }
}
