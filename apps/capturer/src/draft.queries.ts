import type { z } from 'zod';
import { draftSchema } from '@loam/contracts/capturer';
import type { Input, Output } from '@loam/contracts/define';
import { ListMergeProposals } from '@loam/contracts/draft-review';
import { sha256Schema } from '@loam/contracts/skill';
import type { Tx } from '@loam/database';

const time = (column: string): string =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const DRAFT = `id, slug, description, when_to_use AS "whenToUse", tags, origin, notes, status, sha256,
  published_version AS "publishedVersion", ${time('created_at')} AS "createdAt", ${time('reviewed_at')} AS "reviewedAt",
  revision, session_id AS "sessionId", drafter, score, flags, verdict, blast_radius AS "blastRadius", neighbour, beside,
  edited, comment, reviewed_by AS "reviewedBy", published_slug AS "publishedSlug",
  published_verdict AS "publishedVerdict", refusal`;

const draftRowSchema = draftSchema.extend({ sha256: sha256Schema });
/** A draft, and under which digest its bundle is kept. */
export type DraftRow = z.output<typeof draftRowSchema>;

/** A draft of the transaction's tenant. */
export async function findDraft(tx: Tx, id: string): Promise<DraftRow | undefined> {
  const rows = await tx.query<unknown[]>(
    `SELECT ${DRAFT} FROM drafts WHERE tenant_id = current_setting('loam.tenant')::uuid AND id = $1`,
    [id],
  );
  return draftRowSchema.optional().parse(rows[0]);
}

/** The drafts of the transaction's tenant with one of these states: pending ones first, then the newest. */
export async function findDrafts(tx: Tx, states: readonly string[], limit: number): Promise<DraftRow[]> {
  const rows = await tx.query<unknown[]>(
    `SELECT ${DRAFT} FROM drafts WHERE tenant_id = current_setting('loam.tenant')::uuid AND status = ANY ($1)
     ORDER BY status NOT IN ('published', 'discarded') DESC, drafts.created_at DESC, id DESC LIMIT $2`,
    [states, limit],
  );
  return draftRowSchema.array().parse(rows);
}

/** The draft of the transaction's tenant that was published as this version of a skill last. */
export async function findPublished(
  tx: Tx,
  { slug, version }: { readonly slug: string; readonly version: string },
): Promise<string | undefined> {
  const [draft] = await tx.query<{ id: string }[]>(
    `SELECT id FROM drafts WHERE tenant_id = current_setting('loam.tenant')::uuid
       AND published_slug = $1 AND published_version = $2 ORDER BY reviewed_at DESC NULLS FIRST LIMIT 1`,
    [slug, version],
  );
  return draft?.id;
}

/** The drafts of the transaction's tenant that await their end and could rather be a new version of the item. */
export async function findMergeProposals(
  tx: Tx,
  { kind, slug }: Input<typeof ListMergeProposals>,
): Promise<Output<typeof ListMergeProposals>> {
  const proposals = await tx.query<unknown[]>(
    `SELECT id AS "draftId", slug, (neighbour ->> 'similarity')::float8 AS similarity FROM drafts
     WHERE tenant_id = current_setting('loam.tenant')::uuid AND status NOT IN ('published', 'discarded')
       AND neighbour -> 'item' = jsonb_build_object('kind', $1::text, 'slug', $2::text)
       AND (neighbour ->> 'similarity')::float8 >= (neighbour ->> 'threshold')::float8
     ORDER BY similarity DESC, id LIMIT 10`,
    [kind, slug],
  );
  return ListMergeProposals.output.parse({ proposals });
}
