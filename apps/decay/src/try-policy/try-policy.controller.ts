import { Controller, Inject } from '@nestjs/common';
import { TryDecayPolicy } from '@loam/contracts/decay';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import type { Tx } from '@loam/database';
import { EventStore, readPast } from '@loam/event-store';
import { reject, type Clock, type Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { decayProjections } from '../decay.events';
import { CLOCK } from '../decay.parts';
import { knownTags } from '../known-tags';
import { readPolicyDocument } from '../policy-document';
import { foresee } from './foresee';

/** Events that are replayed while somebody waits. */
const MOST_EVENTS = 50_000;

type Answer = Output<typeof TryDecayPolicy> | Rejection<ProblemOf<typeof TryDecayPolicy>>;

@Controller()
export class TryPolicyController {
  constructor(
    private readonly store: EventStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @OnRequest(TryDecayPolicy)
  async try({ policy, on }: Input<typeof TryDecayPolicy>, call: Call): Promise<Answer> {
    const { database } = this.store;
    const tried =
      policy == null ? null : readPolicyDocument(policy, await database.tenant(call.tenant, knownTags));
    if (tried !== null && 'rejected' in tried) return tried;
    const policyTried = tried?.policy ?? null;
    if (on === null) return database.tenant(call.tenant, (tx) => foresee(tx, this.clock(), policyTried));
    const until = new Date(`${on}T23:59:59.999Z`);
    if (until > this.clock()) return reject('day-not-past', `${on} is not over yet.`, '/on');
    const past = { tenant: call.tenant, until, most: MOST_EVENTS };
    const read = (tx: Tx) => foresee(tx, until, policyTried);
    const found = await readPast(database, this.store.catalog, decayProjections, past, read);
    return (
      found ?? reject('replay-too-long', `More than ${String(MOST_EVENTS)} events lead up to ${on}.`, '/on')
    );
  }
}
