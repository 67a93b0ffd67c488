import type { BlobStore } from '@loam/blobs';
import type { Database } from '@loam/database';
import type { Clock } from '@loam/kernel';
import { draftKey } from '@loam/uploads';
import { TRANSCRIPTS } from '../transcript-keys';

interface SweepParts {
  readonly blobs: BlobStore;
  readonly database: Database;
  /** In days and seconds. */
  readonly config: Readonly<
    Record<'LOAM_TRANSCRIPT_DAYS' | 'LOAM_CAPTURE_DAYS' | 'LOAM_CAPTURE_GRACE_SECONDS', number>
  >;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const DRAFTS = draftKey('');
const PAGE = 1000;

/** What is kept only for a while, and the column that says since when. */
const KEPT = [
  { table: 'transcript_pieces', key: 'tenant_id, session_id, begins_at', since: 'created_at' },
  { table: 'session_work', key: 'tenant_id, session_id, round', since: 'created_at' },
  { table: 'captures', key: 'tenant_id, id', since: 'received_at' },
  { table: 'model_calls', key: 'tenant_id, id', since: 'day' },
] as const;

/**
 * A session that is judged keeps what it is judged by. A piece of a transcript goes with its row: the object is then
 * one that nothing refers to.
 */
const isOver = (table: string): string =>
  table === 'transcript_pieces' || table === 'session_work'
    ? `AND NOT EXISTS (SELECT FROM sessions s WHERE s.tenant_id = x.tenant_id AND s.id = x.session_id
         AND s.status IN ('open', 'ended', 'scored', 'waiting'))`
    : '';

async function forget(
  { database, signal }: SweepParts,
  kept: (typeof KEPT)[number],
  days: number,
): Promise<number> {
  const { table, key, since } = kept;
  let forgotten = 0;
  for (;;) {
    signal.throwIfAborted();
    const [, count] = await database.system((tx) =>
      tx.query<[unknown[], number]>(
        `DELETE FROM ${table} WHERE (${key}) IN (
           SELECT ${key} FROM ${table} x WHERE ${since} < now() - make_interval(days => $1) ${isOver(table)}
           LIMIT ${String(PAGE)})`,
        [days],
      ),
    );
    forgotten += count;
    if (count < PAGE) return forgotten;
  }
}

/** The drafts and steps of drafting that name these bundles, and the pieces under these keys. */
const NAMED = `
  SELECT key FROM transcript_pieces WHERE key = ANY ($1)
  UNION SELECT '${DRAFTS}' || (draft ->> 'sha256') FROM session_work WHERE draft ->> 'sha256' = ANY ($2)
  UNION SELECT '${DRAFTS}' || (data ->> 'sha256') FROM events
    WHERE type LIKE 'capturer.draft-%' AND data ->> 'sha256' = ANY ($2)`;

async function sweepPage({ blobs, database }: SweepParts, keys: readonly string[]): Promise<number> {
  const digests = keys.filter((key) => key.startsWith(DRAFTS)).map((key) => key.slice(DRAFTS.length));
  const named = await database.system((tx) => tx.query<{ key: string }[]>(NAMED, [keys, digests]));
  const kept = new Set(named.map(({ key }) => key));
  const unnamed = keys.filter((key) => !kept.has(key));
  for (const key of unnamed) await blobs.delete(key, { durable: false });
  return unnamed.length;
}

/** Removes objects that are old enough and that nothing names: what a step that died left, and what was forgotten. */
async function sweepObjects(parts: SweepParts): Promise<number> {
  const { blobs, config, clock, signal } = parts;
  const olderThan = new Date(clock().getTime() - config.LOAM_CAPTURE_GRACE_SECONDS * 1000);
  let removed = 0;
  for (const prefix of [TRANSCRIPTS, DRAFTS]) {
    let page: string[] = [];
    for await (const { key, modifiedAt } of blobs.list(prefix)) {
      signal.throwIfAborted();
      if (modifiedAt < olderThan) page.push(key);
      if (page.length < PAGE) continue;
      removed += await sweepPage(parts, page);
      page = [];
    }
    removed += await sweepPage(parts, page);
  }
  return removed;
}

/** Forgets what is older than it may be, and then the objects that nothing names. */
export async function sweepCaptures(parts: SweepParts): Promise<{ forgotten: number; removed: number }> {
  const { LOAM_TRANSCRIPT_DAYS, LOAM_CAPTURE_DAYS } = parts.config;
  let forgotten = 0;
  for (const kept of KEPT) {
    const isText = kept.table === 'transcript_pieces' || kept.table === 'session_work';
    forgotten += await forget(parts, kept, isText ? LOAM_TRANSCRIPT_DAYS : LOAM_CAPTURE_DAYS);
  }
  return { forgotten, removed: await sweepObjects(parts) };
}
