import { CandidateCleared, CandidateFlagged, OwnerNotified } from '@loam/contracts/decay';
import { ArchiveRequested, type VitalsEvent } from '../vitals.stream';
import { judge, mayArchive, type Looked, type Rulebook } from '../verdict.rules';

/** Which way an item moved. */
export type Move = 'flagged' | 'cleared' | 'notified' | 'archived';

export interface Transition {
  readonly move: Move;
  readonly event: VitalsEvent;
}

/**
 * Where an item goes from where it stands, one step at most. Nobody's item is archived before its owner was told when,
 * and not before that.
 * @param now when the sweep looked
 * @param dayMs how long a day of the policy's waiting times lasts
 */
export function transitionOf(
  looked: Looked,
  { version, book }: { readonly version: number; readonly book: Rulebook },
  now: Date,
  dayMs: number,
): Transition | null {
  const daysAfter = (time: Date, days: number): Date => new Date(time.getTime() + days * dayMs);
  const { kind, slug, state, since, inputs, archiveAfter } = looked;
  const decides = book(kind, inputs.tags);
  const policy = { version, kind, tag: decides.tag };
  const { candidate, reasons, exemptions } = judge(inputs, decides);
  if (state === 'live') {
    if (!candidate) return null;
    const data = { kind, slug, version: inputs.version, reasons, policy, inputs };
    return { move: 'flagged', event: { type: CandidateFlagged.name, data } };
  }
  if (!candidate) {
    const because = exemptions.length > 0 ? 'exempt' : 'evidence';
    const data = { kind, slug, because, exemptions, policy, inputs } as const;
    return { move: 'cleared', event: { type: CandidateCleared.name, data } };
  }
  const rules = reasons.map(({ rule }) => rule);
  const archives = mayArchive(rules) ? decides.archive : null;
  const owner = decides.archive?.owner ?? looked.owner;
  const heard = inputs.heardSince === null ? null : new Date(inputs.heardSince);
  // Days from which nothing is heard are no days of waiting: after an outage the owner is told anew.
  const isCutShort = since !== null && heard !== null && heard > since;
  const waits = isCutShort ? heard : since;
  const isDue = waits !== null && now >= daysAfter(waits, decides.notify_after_days);
  const isNews = state === 'candidate' ? isDue : archives !== null && (archiveAfter === null || isCutShort);
  if (isNews && owner !== null) {
    const after = archives === null ? null : daysAfter(now, archives.after_days).toISOString();
    const data = { kind, slug, owner, reasons: rules, archiveAfter: after, policy, inputs };
    return { move: 'notified', event: { type: OwnerNotified.name, data } };
  }
  if (state !== 'notified' || archives === null || archiveAfter === null) return null;
  if (now < archiveAfter || looked.archiveRequested) return null;
  return { move: 'archived', event: { type: ArchiveRequested.name, data: { kind, slug, policy } } };
}
