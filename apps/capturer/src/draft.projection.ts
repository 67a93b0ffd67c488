import {
  DraftCreated,
  DraftDiscarded,
  DraftPublicationRefused,
  DraftPublicationRequested,
  DraftPublished,
} from '@loam/contracts/capturer';
import { on, type Projection } from '@loam/event-store';

const SET =
  'UPDATE drafts SET status = $3, published_version = $4, reviewed_at = $5 WHERE tenant_id = $1 AND id = $2';

/** The list that a reviewer works through. */
export const drafts: Projection = {
  name: 'drafts',
  tables: ['drafts'],
  handlers: [
    on(DraftCreated, async (tx, { tenant, occurredAt, data }) => {
      await tx.query(
        `INSERT INTO drafts (tenant_id, id, slug, description, when_to_use, tags, origin, notes, status, sha256, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'pending', $9, $10)`,
        [
          ...[
            tenant,
            data.draftId,
            data.slug,
            data.description,
            data.whenToUse,
            data.tags,
            data.origin,
            data.notes,
          ],
          ...[data.sha256, occurredAt],
        ],
      );
    }),
    on(DraftPublicationRequested, async (tx, { tenant, data }) => {
      await tx.query(SET, [tenant, data.draftId, 'publishing', null, null]);
    }),
    on(DraftPublicationRefused, async (tx, { tenant, data }) => {
      await tx.query(SET, [tenant, data.draftId, 'pending', null, null]);
    }),
    on(DraftPublished, async (tx, { tenant, data, occurredAt }) => {
      await tx.query(SET, [tenant, data.draftId, 'published', data.version, occurredAt]);
    }),
    on(DraftDiscarded, async (tx, { tenant, data, occurredAt }) => {
      await tx.query(SET, [tenant, data.draftId, 'discarded', null, occurredAt]);
    }),
  ],
};
