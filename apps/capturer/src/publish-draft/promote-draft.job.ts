import type { BlobStore } from '@loam/blobs';
import type { EventContext, EventStore } from '@loam/event-store';
import type { Bus } from '@loam/messaging';
import { UploadReader } from '@loam/uploads';
import { Promoter } from './promoter';

interface Parts {
  readonly store: EventStore;
  readonly bus: Bus;
  readonly blobs: BlobStore;
}

interface Run {
  readonly tenant: string | null;
  readonly context: Omit<EventContext, 'tenant' | 'actor'>;
}

/** Carries a publication through that the request itself did not. */
export function promoteDraft({ store, bus, blobs }: Parts) {
  const promoter = new Promoter(store, bus, blobs, new UploadReader({ blobs }));
  return async ({ draftId }: { readonly draftId: string }, { tenant, context }: Run): Promise<void> => {
    if (tenant === null) throw new Error('a draft belongs to a tenant');
    await promoter.promote({ ...context, tenant, actor: { type: 'service', id: 'capturer' } }, draftId);
  };
}
