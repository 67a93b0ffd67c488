import {
  DraftCreated,
  DraftDiscarded,
  DraftPublished,
  DraftPublicationRequested,
} from '@loam/contracts/capturer';
import { fact } from '@loam/contracts/define';
import type { ProposedDraft } from './propose-draft.decider';

export const draftId = '01890000-0000-7000-8000-000000000000';

/** A digest that is told from others by its first letter. */
export const digest = (letter: string): string => letter.repeat(64);

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

/** What a session gives. */
export const proposed = (letter: string): ProposedDraft => ({
  ...content(letter),
  proposal: {
    ...{ sessionId: 'session', author: 'developer', drafter: 'extractive', evidence: [], flags: [] },
    score: { total: 100, threshold: 100, signals: [] },
  },
});

/** A draft that was made of it. */
export const drafted = fact(DraftCreated, {
  ...proposed('a'),
  origin: 'capture-scorer',
  author: 'developer',
});

export const promotion = { draftId, slug: 'a', version: '1.0.0' };
export const requested = fact(DraftPublicationRequested, promotion);
export const published = fact(DraftPublished, promotion);
export const discarded = fact(DraftDiscarded, { draftId });
