import { z } from 'zod';
import {
  DraftCreated,
  DraftDiscarded,
  DraftPublicationRefused,
  DraftPublicationRequested,
  DraftPublished,
} from '@loam/contracts/capturer';
import { factSchema } from '@loam/contracts/define';

export const draftStream = (tenant: string, draftId: string): string => `draft:${tenant}:${draftId}`;

export const draftEvents = z.union([
  factSchema(DraftCreated),
  factSchema(DraftPublicationRequested),
  factSchema(DraftPublicationRefused),
  factSchema(DraftPublished),
  factSchema(DraftDiscarded),
]);
export type DraftEvent = z.output<typeof draftEvents>;

/** While it is `publishing`, registry is being asked; it becomes published, or pending again. */
export type DraftState =
  | { readonly status: 'unknown' }
  | { readonly status: 'pending' }
  | { readonly status: 'publishing'; readonly slug: string; readonly version: string }
  | { readonly status: 'published'; readonly slug: string; readonly version: string }
  | { readonly status: 'discarded' };

export const noDraft: DraftState = { status: 'unknown' };

export function evolveDraft(_state: DraftState, event: DraftEvent): DraftState {
  switch (event.type) {
    case DraftCreated.name:
    case DraftPublicationRefused.name:
      return { status: 'pending' };
    case DraftPublicationRequested.name:
      return { status: 'publishing', slug: event.data.slug, version: event.data.version };
    case DraftPublished.name:
      return { status: 'published', slug: event.data.slug, version: event.data.version };
    case DraftDiscarded.name:
      return { status: 'discarded' };
  }
}
