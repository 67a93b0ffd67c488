import { DraftRevisionProposed, type DraftCreated, type DraftRevised } from '@loam/contracts/capturer';
import type { EventData } from '@loam/contracts/define';
import type { RecordedEvent } from '@loam/event-store';
import { draftEvents } from './draft.stream';

/** What a draft said at one revision, or what came to lie beside it there. */
export interface DraftContent extends Omit<
  EventData<typeof DraftRevised>,
  'proposal' | 'scan' | 'neighbour'
> {
  readonly revision: number;
  readonly scan: NonNullable<EventData<typeof DraftCreated>['scan']> | null;
  readonly neighbour: NonNullable<EventData<typeof DraftCreated>['neighbour']> | null;
  /** What the pipeline said of this content; null where it said nothing of it. */
  readonly proposal: NonNullable<EventData<typeof DraftCreated>['proposal']> | null;
  readonly beside: boolean;
}

/** Everything that a draft said, and what lay beside it, the oldest first. */
export const contentsIn = (events: readonly RecordedEvent[]): DraftContent[] =>
  events.flatMap(({ revision, ...recorded }) => {
    const { type, data } = draftEvents.parse(recorded);
    if (!('sha256' in data)) return [];
    const { scan = null, neighbour = null, proposal = null } = data;
    const beside = type === DraftRevisionProposed.name;
    return [{ ...data, revision, scan, neighbour, proposal, beside }];
  });

/** What the draft says now. */
export const presentContent = (contents: readonly DraftContent[]): DraftContent | undefined =>
  contents.findLast(({ beside }) => !beside);
