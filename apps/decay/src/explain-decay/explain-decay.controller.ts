import { isDeepStrictEqual } from 'node:util';
import { Controller, Inject } from '@nestjs/common';
import { ExplainDecay } from '@loam/contracts/decay';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import type { Item } from '@loam/contracts/skill';
import { Database, type Tx } from '@loam/database';
import { reject, type Clock, type Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { HALF_LIFE_DAYS, LANDMARK, scoreAt } from '../count-uses';
import { CLOCK } from '../decay.parts';
import { readDecision } from '../decision.queries';
import { lookAt } from '../inputs.queries';
import { readPolicy, readPolicyVersion } from '../policies.queries';
import { silencesBefore } from '../silences.queries';
import { findStanding } from '../standings.queries';
import { judge, rulebookOf } from '../verdict.rules';
import { readEvents, readVersionVitals, readWeights } from './explain.queries';

const FORMULA =
  `score = sum over all uses of 2^(-(now - day of use) / ${String(HALF_LIFE_DAYS)} days), ` +
  `kept as weight = sum of 2^((day - ${LANDMARK}) / ${String(HALF_LIFE_DAYS)} days)`;

/** Judges the inputs of the last decision again, by the policy that decided. */
async function readAgain(
  tx: Tx,
  tenant: string,
  item: Item,
): Promise<Output<typeof ExplainDecay>['decision']> {
  const decision = await readDecision(tx, tenant, item);
  if (decision === undefined) return null;
  const { inputs, reasons, policy } = decision.data;
  const set = await readPolicyVersion(tx, policy.version);
  if (set === undefined) throw new Error('a policy that decided is not there');
  const recomputed = judge(inputs, rulebookOf(set.policy)(item.kind, inputs.tags));
  return {
    ...{ event: decision.id, at: decision.occurred_at.toISOString(), policy, inputs, reasons, recomputed },
    same: recomputed.candidate && isDeepStrictEqual(recomputed.reasons, reasons),
  };
}

@Controller()
export class ExplainDecayController {
  constructor(
    private readonly database: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @OnRequest(ExplainDecay)
  explain(
    item: Input<typeof ExplainDecay>,
    { tenant }: Call,
  ): Promise<Output<typeof ExplainDecay> | Rejection<ProblemOf<typeof ExplainDecay>>> {
    const now = this.clock();
    return this.database.tenant(tenant, async (tx) => {
      const standing = await findStanding(tx, item, now);
      if (standing === undefined)
        return reject('skill-not-found', `There is no ${item.kind} called ${item.slug}.`);
      const { version, policy } = await readPolicy(tx);
      const looked = await lookAt(tx, now, await silencesBefore(tx, now, policy.silence_days), item);
      const thresholds = rulebookOf(policy)(item.kind, looked?.inputs.tags ?? []);
      const weights = await readWeights(tx, item);
      const scoreOf = (weight: number): number => scoreAt(Math.log(weight), now);
      return {
        ...{ standing, policy: { version, kind: item.kind, tag: thresholds.tag }, thresholds },
        ...{
          inputs: looked?.inputs ?? null,
          verdict: looked === undefined ? null : judge(looked.inputs, thresholds),
        },
        score: { formula: FORMULA, stored: scoreOf(weights.stored), recomputed: scoreOf(weights.recomputed) },
        decision: await readAgain(tx, tenant, item),
        versions: await readVersionVitals(tx, item),
        events: await readEvents(tx, tenant, item),
      };
    });
  }
}
