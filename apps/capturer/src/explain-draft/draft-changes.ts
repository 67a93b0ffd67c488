import {
  DraftCreated,
  DraftDiscarded,
  DraftPublicationRefused,
  DraftPublicationRequested,
  DraftPublished,
  DraftRevised,
  DraftRevisionProposed,
  DraftVerdictChanged,
} from '@loam/contracts/capturer';
import {
  DraftApproved,
  DraftChangesRequested,
  DraftCommented,
  DraftEdited,
  type DraftChange,
} from '@loam/contracts/draft-review';
import type { RecordedEvent } from '@loam/event-store';
import { draftEvents, type DraftEvent } from '../draft.stream';

const kinds = {
  [DraftCreated.name]: 'created',
  [DraftRevised.name]: 'revised',
  [DraftRevisionProposed.name]: 'proposed',
  [DraftEdited.name]: 'edited',
  [DraftCommented.name]: 'commented',
  [DraftApproved.name]: 'approved',
  [DraftChangesRequested.name]: 'changes-requested',
  [DraftPublicationRequested.name]: 'publication-requested',
  [DraftPublicationRefused.name]: 'publication-refused',
  [DraftPublished.name]: 'published',
  [DraftVerdictChanged.name]: 'judged',
  [DraftDiscarded.name]: 'discarded',
} as const satisfies Record<DraftEvent['type'], DraftChange['what']>;

/** What was said with it, in the words of whoever said it. */
function saidIn({ data }: DraftEvent): string | null {
  if ('comment' in data) return data.comment;
  if ('detail' in data) return data.detail;
  if ('by' in data) return `${data.verdict}, by ${data.by === 'scan' ? 'the safety gate' : 'a reviewer'}`;
  return 'reason' in data ? (data.reason ?? null) : null;
}

/** One event of a draft, as its history tells it. */
export function changeOf({ type, data, revision, occurredAt, actor }: RecordedEvent): DraftChange {
  const event = draftEvents.parse({ type, data });
  return {
    ...{ revision, what: kinds[event.type], at: occurredAt, by: actor.id, comment: saidIn(event) },
    sha256: 'sha256' in event.data ? event.data.sha256 : null,
    published: 'version' in event.data ? { slug: event.data.slug, version: event.data.version } : null,
  };
}
