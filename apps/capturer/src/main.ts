import { startService } from '@loam/service';
import {
  DraftCreated,
  DraftDiscarded,
  DraftPublicationRefused,
  DraftPublicationRequested,
  DraftPublished,
  DraftRevised,
  DraftRevisionProposed,
} from '@loam/contracts/capturer';
import { z } from 'zod';
import { capturerJobs } from './capturer.jobs';
import { capturerModule } from './capturer.module';
import { drafts } from './draft.projection';
import { Drafts1795000000000 } from './migrations/1795000000000-drafts';
import { Reviews1796200000000 } from './migrations/1796200000000-reviews';
import { Promoter } from './publish-draft/promoter';

void startService({
  name: 'capturer',
  environment: z.object({}),
  migrations: [Drafts1795000000000, Reviews1796200000000],
  events: [
    DraftCreated,
    DraftRevised,
    DraftRevisionProposed,
    DraftPublicationRequested,
    DraftPublicationRefused,
    DraftPublished,
    DraftDiscarded,
  ],
  inline: [drafts],
  objects: true,
  jobs: {
    catalog: capturerJobs,
    handlers: ({ store, bus, blobs }) => ({
      promoteDraft: async ({ draftId }, { tenant, context }) => {
        if (tenant === null) throw new Error('a draft belongs to a tenant');
        const actor = { type: 'service' as const, id: 'capturer' };
        await new Promoter(store, bus, blobs).promote({ ...context, tenant, actor }, draftId);
      },
    }),
  },
  module: capturerModule,
});
