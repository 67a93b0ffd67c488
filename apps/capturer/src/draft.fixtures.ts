import {
  DraftCreated,
  DraftDiscarded,
  DraftPublicationRefused,
  DraftPublicationRequested,
  DraftPublished,
  DraftRevised,
} from '@loam/contracts/capturer';
import {
  DraftApproved,
  DraftChangesRequested,
  DraftCommented,
  DraftEdited,
} from '@loam/contracts/draft-review';
import { fact } from '@loam/contracts/define';
import type { ProposedDraft } from './propose-draft.decider';

export const draftId = '01890000-0000-7000-8000-000000000000';

/** A digest that is told from others by its first letter. */
const digest = (letter: string): string => letter.repeat(64);

const content = (letter: string) => ({
  ...{ draftId, slug: 'a', description: 'd', whenToUse: null, tags: [], notes: null },
  ...{ sha256: digest(letter), bytes: 1, scan: null, neighbour: null },
});

/** A draft that somebody called `author` handed in. */
export const created = fact(DraftCreated, {
  ...content('a'),
  origin: 'cli',
  proposal: null,
  author: 'author',
});

/** What a session gives, resting on a record of this letter. */
export const proposed = (letter: string, record = letter): ProposedDraft => ({
  ...content(letter),
  proposal: {
    ...{ sessionId: 'session', author: 'developer', drafter: 'extractive', flags: [] },
    evidence: [{ claim: 'worked', source: 'record', id: record, offset: 0, excerpt: null }],
    score: { total: 100, threshold: 100, signals: [] },
  },
});

/** A draft that was made of it. */
export const drafted = fact(DraftCreated, {
  ...proposed('a'),
  origin: 'capture-scorer',
  author: 'developer',
});

/** The session went on. */
export const revised = fact(DraftRevised, proposed('b'));

/** One of a session in which somebody gave orders. */
export const flagged = fact(DraftCreated, {
  ...drafted.data,
  proposal: {
    ...proposed('a').proposal,
    flags: [{ flag: 'prompt-injection', detail: 'A text gives orders.' }],
  },
});

export const promotion = { draftId, slug: 'a', version: '1.0.0' };
export const requested = fact(DraftPublicationRequested, promotion);
export const published = fact(DraftPublished, { ...promotion, verdict: 'pass' });
export const refusal = { code: 'version-exists', detail: 'It exists.' };
export const refused = fact(DraftPublicationRefused, { draftId, ...refusal });
export const discarded = fact(DraftDiscarded, { draftId, reason: 'It is known.' });

export const editedBy = (editor: string, letter = 'e') =>
  fact(DraftEdited, { ...content(letter), editor, restored: null, proposal: null });
export const approvedBy = (approver: string) => fact(DraftApproved, { draftId, approver });
export const commented = fact(DraftCommented, { draftId, comment: 'Hm.' });
export const changesRequested = fact(DraftChangesRequested, {
  ...{ draftId, reviewer: 'reviewer', comment: 'Say why.' },
});
