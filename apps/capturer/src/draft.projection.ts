import {
  DraftCreated,
  DraftDiscarded,
  DraftPublicationRefused,
  DraftPublicationRequested,
  DraftPublished,
  DraftRevised,
  DraftRevisionProposed,
} from '@loam/contracts/capturer';
import type { EventData } from '@loam/contracts/define';
import type { Tx } from '@loam/database';
import { on, type Projection } from '@loam/event-store';

type Content = Omit<EventData<typeof DraftCreated>, 'origin'>;

const CONTENT = `slug = $3, description = $4, when_to_use = $5, tags = $6, notes = $7, sha256 = $8, verdict = $9,
  blast_radius = $10, neighbour = $11, session_id = $12, drafter = $13, score = $14, flags = $15`;

/** Writes what a draft says now. */
async function hold(tx: Tx, tenant: string, content: Content): Promise<void> {
  const { draftId, slug, description, whenToUse, tags, notes, sha256, scan, neighbour, proposal } = content;
  await tx.query(`UPDATE drafts SET ${CONTENT} WHERE tenant_id = $1 AND id = $2`, [
    ...[tenant, draftId, slug, description, whenToUse, tags, notes, sha256],
    ...[scan?.verdict ?? 'pending', scan?.blastRadius ?? 'low'],
    neighbour === undefined || neighbour === null ? null : JSON.stringify(neighbour),
    ...[proposal?.sessionId ?? null, proposal?.drafter ?? null, proposal?.score.total ?? null],
    proposal?.flags.map(({ flag }) => flag) ?? [],
  ]);
}

const SET = `UPDATE drafts SET revision = $3, status = $4, published_version = $5, reviewed_at = $6
  WHERE tenant_id = $1 AND id = $2`;

/** The list that a reviewer works through. */
export const drafts: Projection = {
  name: 'drafts',
  tables: ['drafts'],
  handlers: [
    on(DraftCreated, async (tx, { tenant, occurredAt, data }) => {
      await tx.query(
        `INSERT INTO drafts (tenant_id, id, slug, description, tags, origin, status, sha256, created_at)
         VALUES ($1, $2, $3, '', '{}', $4, 'pending', $5, $6)`,
        [tenant, data.draftId, data.slug, data.origin, data.sha256, occurredAt],
      );
      await hold(tx, tenant, data);
    }),
    on(DraftRevised, async (tx, { tenant, revision, data }) => {
      await hold(tx, tenant, data);
      await tx.query(SET, [tenant, data.draftId, revision, 'pending', null, null]);
    }),
    on(DraftRevisionProposed, async (tx, { tenant, revision, data }) => {
      await tx.query('UPDATE drafts SET revision = $3, beside = $3 WHERE tenant_id = $1 AND id = $2', [
        ...[tenant, data.draftId, revision],
      ]);
    }),
    on(DraftPublicationRequested, async (tx, { tenant, revision, data }) => {
      await tx.query(SET, [tenant, data.draftId, revision, 'publishing', null, null]);
    }),
    on(DraftPublicationRefused, async (tx, { tenant, revision, data }) => {
      await tx.query(SET, [tenant, data.draftId, revision, 'pending', null, null]);
    }),
    on(DraftPublished, async (tx, { tenant, revision, data, occurredAt }) => {
      await tx.query(SET, [tenant, data.draftId, revision, 'published', data.version, occurredAt]);
    }),
    on(DraftDiscarded, async (tx, { tenant, revision, data, occurredAt }) => {
      await tx.query(SET, [tenant, data.draftId, revision, 'discarded', null, occurredAt]);
    }),
  ],
};
