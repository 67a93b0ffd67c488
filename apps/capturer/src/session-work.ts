import { z } from 'zod';
import { draftFlagSchema, draftScoreSchema } from '@loam/contracts/draft-proposal';
import { scanSchema } from '@loam/contracts/registry';
import { sha256Schema, slugSchema } from '@loam/contracts/skill';
import type { Database, Tx } from '@loam/database';
import { lessonSchema, supportSchema } from '@loam/drafting';
import type { Round } from './session-step';

const lessonWorkSchema = z.object({
  lesson: lessonSchema,
  score: draftScoreSchema,
});
/** What the first step of drafting came to. */
export type LessonWork = z.output<typeof lessonWorkSchema>;

const draftWorkSchema = z.object({
  slug: slugSchema,
  description: z.string(),
  whenToUse: z.string().nullable(),
  tags: z.array(z.string()),
  sha256: sha256Schema,
  bytes: z.int(),
  drafter: z.string(),
  scan: scanSchema.nullable(),
  flags: z.array(draftFlagSchema),
  /** Each with what its record says; absent from what was done before that was kept. */
  evidence: z.array(supportSchema.extend({ excerpt: z.string().optional() })),
});
/** What the second one came to; the bundle lies under its digest. */
export type DraftWork = z.output<typeof draftWorkSchema>;

/** What the records say that drafts of a session rest on, by their ids, as long as that is kept. */
export async function findExcerpts(tx: Tx, sessionId: string): Promise<ReadonlyMap<string, string>> {
  const rows = await tx.query<{ evidence: unknown }[]>(
    `SELECT draft -> 'evidence' AS evidence FROM session_work
     WHERE tenant_id = current_setting('loam.tenant')::uuid AND session_id = $1 AND draft IS NOT NULL ORDER BY round`,
    [sessionId],
  );
  const supports = rows.flatMap(({ evidence }) => draftWorkSchema.shape.evidence.parse(evidence));
  return new Map(supports.map(({ uuid, excerpt }) => [uuid, excerpt ?? '']));
}

const OWN = "tenant_id = current_setting('loam.tenant')::uuid AND session_id = $1 AND round = $2";

const workSchema = z.object({
  lesson: lessonWorkSchema.nullable(),
  draft: draftWorkSchema.nullable(),
});

/** What was done for a round of a session already, and paid for. */
export async function findWork(
  database: Database,
  tenant: string,
  { sessionId, round }: Round,
): Promise<z.output<typeof workSchema>> {
  const [row = { lesson: null, draft: null }] = await database.tenant(tenant, (tx) =>
    tx.query<unknown[]>(`SELECT lesson, draft FROM session_work WHERE ${OWN}`, [sessionId, round]),
  );
  return workSchema.parse(row);
}

/** Keeps what a step came to; what was kept first stays. */
export async function keepWork(
  database: Database,
  tenant: string,
  { sessionId, round }: Round,
  work: { readonly lesson: LessonWork } | { readonly draft: DraftWork },
): Promise<void> {
  const [column, value] = 'lesson' in work ? ['lesson', work.lesson] : ['draft', work.draft];
  await database.tenant(tenant, (tx) =>
    tx.query(
      `INSERT INTO session_work AS w (tenant_id, session_id, round, ${column})
       VALUES (current_setting('loam.tenant')::uuid, $1, $2, $3)
       ON CONFLICT (tenant_id, session_id, round) DO UPDATE SET ${column} = coalesce(w.${column}, excluded.${column})`,
      [sessionId, round, JSON.stringify(value)],
    ),
  );
}
