import type { TryDecayPolicy } from '@loam/contracts/decay';
import type { Output } from '@loam/contracts/define';
import type { DecayPolicy } from '@loam/contracts/decay-policy';
import type { Tx } from '@loam/database';
import { FIRST, lookAfter, silentDays } from '../inputs.queries';
import { readPolicy } from '../policies.queries';
import { silencesBefore } from '../silences.queries';
import { judge, rulebookOf } from '../verdict.rules';

type Foreseen = Output<typeof TryDecayPolicy>;

const BATCH = 2000;
const MOST = 1000;

/** What would be decided about every live item at a time, by the policy in force and by the one that is tried. */
export async function foresee(tx: Tx, at: Date, tried: DecayPolicy | null): Promise<Foreseen> {
  const inForce = (await readPolicy(tx)).policy;
  const [before, after] = [rulebookOf(inForce), rulebookOf(tried ?? inForce)];
  const silencesInForce = await silencesBefore(tx, at, inForce.silence_days);
  const silences = await silencesBefore(tx, at, (tried ?? inForce).silence_days);
  const heardSince = silences[0]?.to.toISOString() ?? null;
  const items: Foreseen['items'] = [];
  const counts = { examined: 0, candidatesBefore: 0, candidatesAfter: 0 };
  let differing = 0;
  for (let last = FIRST; ;) {
    const batch = await lookAfter(tx, at, silencesInForce, { after: last, limit: BATCH });
    for (const looked of batch) {
      const { kind, slug, state, inputs } = looked;
      const was = judge(inputs, before(kind, inputs.tags)).candidate;
      const seen = { ...inputs, heardSince, silentDays: silentDays(looked, silences) };
      const { candidate: is, reasons, exemptions } = judge(seen, after(kind, inputs.tags));
      counts.examined += 1;
      counts.candidatesBefore += Number(was);
      counts.candidatesAfter += Number(is);
      if (tried === null ? !is : was === is) continue;
      differing += 1;
      if (items.length < MOST) items.push({ kind, slug, state, before: was, after: is, reasons, exemptions });
    }
    const end = batch.at(-1);
    if (end === undefined || batch.length < BATCH) break;
    last = { kind: end.kind, slug: end.slug };
  }
  return { at: at.toISOString(), ...counts, items, truncated: differing > MOST };
}
