import { CandidateChanged, CandidateCleared, CandidateFlagged, OwnerNotified } from '@loam/contracts/decay';
import type { DecayRule, DecayVerdict } from '@loam/contracts/decay-policy';
import { silentMs, type Silence } from '../silences.rules';
import { ArchiveRequested, type VitalsEvent } from '../vitals.stream';
import { judge, mayArchive, type Looked, type Rulebook } from '../verdict.rules';

/** Which way an item moved; one that is a candidate for other reasons than before moved nowhere. */
export type Move = 'flagged' | 'cleared' | 'notified' | 'archived' | 'changed';

export interface Transition {
  readonly move: Move;
  readonly events: readonly VitalsEvent[];
}

/** By what a sweep decides. */
export interface Law {
  readonly version: number;
  readonly book: Rulebook;
  readonly silences: readonly Silence[];
}

const isSame = (one: readonly DecayRule[], other: readonly DecayRule[]): boolean =>
  one.length === other.length && one.every((rule) => other.includes(rule));

/**
 * Where an item goes from where it stands, one step at most. Nobody's item is archived before its owner was told when,
 * and not before that.
 * @param now when the sweep looked
 * @param dayMs how long a day of the policy's waiting times lasts
 */
export function transitionOf(looked: Looked, law: Law, now: Date, dayMs: number): Transition | null {
  const { kind, slug, state, inputs } = looked;
  const decides = law.book(kind, inputs.tags);
  const policy = { version: law.version, kind, tag: decides.tag };
  const verdict = judge(inputs, decides);
  const { candidate, reasons, exemptions } = verdict;
  if (state === 'live') {
    if (!candidate) return null;
    const data = { kind, slug, version: inputs.version, reasons, policy, inputs };
    return { move: 'flagged', events: [{ type: CandidateFlagged.name, data }] };
  }
  if (!candidate) {
    const because = exemptions.length > 0 ? 'exempt' : 'evidence';
    const data = { kind, slug, because, exemptions, policy, inputs } as const;
    return { move: 'cleared', events: [{ type: CandidateCleared.name, data }] };
  }
  const rules = reasons.map(({ rule }) => rule);
  const changed: VitalsEvent[] = isSame(rules, looked.rules)
    ? []
    : [{ type: CandidateChanged.name, data: { kind, slug, rules, because: 'evidence', policy, inputs } }];
  const step = nextStep(looked, { ...law, verdict }, now, dayMs);
  if (step !== null) return { ...step, events: [...changed, ...step.events] };
  return changed.length === 0 ? null : { move: 'changed', events: changed };
}

/** Where a candidate goes that stays one. Days of silence are no days of waiting: they put off what was told. */
function nextStep(
  looked: Looked,
  { version, book, silences, verdict }: Law & { readonly verdict: DecayVerdict },
  now: Date,
  dayMs: number,
): Transition | null {
  const { kind, slug, state, since, inputs, archiveAfter } = looked;
  const decides = book(kind, inputs.tags);
  const policy = { version, kind, tag: decides.tag };
  const rules = verdict.reasons.map(({ rule }) => rule);
  const archives = mayArchive(rules) ? decides.archive : null;
  const owner = decides.archive?.owner ?? looked.owner;
  const silent = since === null ? 0 : silentMs(silences, since, now);
  const isDue =
    since !== null && now.getTime() - since.getTime() - silent >= decides.notify_after_days * dayMs;
  const isNews = state === 'candidate' ? isDue : archives !== null && (archiveAfter === null || silent > 0);
  if (isNews && owner !== null) {
    const told = state === 'notified' ? archiveAfter : null;
    const at = told === null ? now.getTime() + (archives?.after_days ?? 0) * dayMs : told.getTime() + silent;
    const after = archives === null ? null : new Date(Math.max(at, now.getTime())).toISOString();
    const data = { kind, slug, owner, reasons: rules, archiveAfter: after, policy, inputs };
    return { move: 'notified', events: [{ type: OwnerNotified.name, data }] };
  }
  if (state !== 'notified' || archives === null || archiveAfter === null) return null;
  if (now < archiveAfter || looked.archiveRequested) return null;
  return { move: 'archived', events: [{ type: ArchiveRequested.name, data: { kind, slug, policy } }] };
}
