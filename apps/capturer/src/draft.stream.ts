import { z } from 'zod';
import {
  DraftCreated,
  DraftDiscarded,
  DraftPublicationRefused,
  DraftPublicationRequested,
  DraftPublished,
  DraftRevised,
  DraftRevisionProposed,
} from '@loam/contracts/capturer';
import { factSchema, type EventData } from '@loam/contracts/define';

export const draftStream = (tenant: string, draftId: string): string => `draft:${tenant}:${draftId}`;

export const draftEvents = z.union([
  factSchema(DraftCreated),
  factSchema(DraftRevised),
  factSchema(DraftRevisionProposed),
  factSchema(DraftPublicationRequested),
  factSchema(DraftPublicationRefused),
  factSchema(DraftPublished),
  factSchema(DraftDiscarded),
]);
export type DraftEvent = z.output<typeof draftEvents>;

/** What holds of a draft in every state. */
interface Draft {
  /** Of the stream's last event. */
  readonly revision: number;
  readonly slug: string;
  /** Of the bundle that it holds. */
  readonly sha256: string;
  /** Of what its session gave last, whether the draft took it or it lies beside. */
  readonly proposed: string;
  /** The actors that wrote any of it. */
  readonly authors: readonly string[];
}

/** While it is `publishing`, registry is being asked; it becomes published, or what it was before. */
export type DraftState =
  | { readonly status: 'unknown' }
  | { readonly status: 'pending' | 'discarded'; readonly draft: Draft }
  | {
      readonly status: 'publishing' | 'published';
      readonly draft: Draft;
      /** The name and version that it gets. */
      readonly slug: string;
      readonly version: string;
    };

export const noDraft: DraftState = { status: 'unknown' };

type Content = EventData<typeof DraftRevised>;

const holding = (draft: Draft, { slug, sha256, proposal }: Content): Draft => ({
  ...{ ...draft, slug, sha256, proposed: sha256 },
  authors: [...new Set([...draft.authors, proposal.author])],
});

export function evolveDraft(state: DraftState, event: DraftEvent): DraftState {
  if (event.type === DraftCreated.name) {
    const { slug, sha256, author } = event.data;
    const authors = author === undefined ? [] : [author];
    return { status: 'pending', draft: { revision: 0, slug, sha256, proposed: sha256, authors } };
  }
  if (state.status === 'unknown') throw new Error('a draft begins with its creation');
  const draft = { ...state.draft, revision: state.draft.revision + 1 };
  switch (event.type) {
    case DraftRevised.name:
      return { status: 'pending', draft: holding(draft, event.data) };
    case DraftRevisionProposed.name:
      return { ...state, draft: { ...draft, proposed: event.data.sha256 } };
    case DraftPublicationRequested.name:
      return { status: 'publishing', draft, slug: event.data.slug, version: event.data.version };
    case DraftPublicationRefused.name:
      return { status: 'pending', draft };
    case DraftPublished.name:
      return { status: 'published', draft, slug: event.data.slug, version: event.data.version };
    case DraftDiscarded.name:
      return { status: 'discarded', draft };
  }
}
