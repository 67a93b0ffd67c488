import { CandidateFlagged } from '@loam/contracts/decay';
import { fact } from '@loam/contracts/define';
import type { Item } from '@loam/contracts/skill';
import type { UnitOfWork } from '@loam/event-store';
import { readDecision } from '../decision.queries';
import { readVitals } from '../observe';
import { namesNow } from '../old-names.queries';
import { HistoryTaken, isCandidate, ItemRenamed, vitalsStream, type VitalsEvent } from '../vitals.stream';
import { watchArchive } from './watch-archive.decider';

interface Renaming extends Item {
  readonly to: string;
  readonly versions: readonly string[];
  readonly asOf: number;
  readonly at: string;
}

/**
 * Under its old name an item leaves; under the new one it goes on with its uses and with where it stood. Its versions
 * come with other news. It may have been renamed once more, and that may have been heard of before.
 */
export async function moveItem(unit: UnitOfWork, renaming: Renaming): Promise<void> {
  const { tx, context } = unit;
  const { kind, slug, versions, asOf, at } = renaming;
  const to = (await namesNow(tx, [{ kind, slug: renaming.to }]))({ kind, slug: renaming.to }) ?? renaming.to;
  const [old, next] = [
    { kind, slug },
    { kind, slug: to },
  ];
  const find = await readVitals(tx, [old, next]);
  const left = find(old);
  const { state, pinned, snoozedUntil } = left.vitals;
  const retired = watchArchive.decide({ ...old, versions, retired: true, asOf, at }, left.vitals);
  const facts: VitalsEvent[] = 'rejected' in retired ? [] : [...retired.events];
  const taken: VitalsEvent[] = [
    fact(HistoryTaken, { ...next, from: slug, pinned, snoozedUntil }),
    ...(isCandidate({ state }) ? await flaggedAgain(unit, old, to, left.vitals.rules) : []),
  ];
  await unit.append(
    {
      ...{ stream: vitalsStream(context.tenant, old), expected: left.revision },
      facts: [...facts, fact(ItemRenamed, { ...old, to })],
    },
    {
      ...{ stream: vitalsStream(context.tenant, next), expected: find(next).revision },
      facts: taken,
    },
  );
}

/** That an item is a candidate under another name as well, for the reasons that it still is one. */
async function flaggedAgain(
  { tx, context }: UnitOfWork,
  old: Item,
  to: string,
  rules: readonly string[],
): Promise<VitalsEvent[]> {
  const decision = await readDecision(tx, context.tenant, old);
  const reasons = decision?.data.reasons.filter(({ rule }) => rules.includes(rule)) ?? [];
  return decision === undefined || reasons.length === 0
    ? []
    : [fact(CandidateFlagged, { ...decision.data, slug: to, reasons })];
}
