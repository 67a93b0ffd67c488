import { Client } from 'pg';
import { hashingVector, meaningText, quantise } from '@loam/search';
import { describeItem, slugOf, type SeededItem } from './seeded-items';

const TOGETHER = 2000;
const LANES = 2;
const FIRST = slugOf(0);

type Patch = Readonly<Record<string, unknown>>;

const textOf = ({ slug, description, tags, body }: SeededItem) => {
  const vector = quantise(hashingVector(meaningText({ slug, name: '', description, whenToUse: '', tags })));
  return {
    slug,
    body,
    vector: `\\x${Buffer.from(vector.buffer, vector.byteOffset, vector.length).toString('hex')}`,
  };
};

/** In which columns the row of an item differs from that of the first one, by table. */
const DIFFERENCES: Readonly<Record<string, (item: SeededItem) => Patch>> = {
  skill_versions: ({ slug, description, tags, sha256, requires }) => ({
    ...{ slug, description, tags, sha256, fingerprint: `sha256:${sha256}`, requires },
  }),
  skills: ({ slug }) => ({ slug }),
  scans: ({ slug }) => ({ slug }),
  search_documents: textOf,
};

const LINKS = `
  INSERT INTO registry.dependencies (tenant_id, kind, slug, version, requires_slug, range)
  SELECT v.tenant_id, v.kind, item->>'slug', v.version, r.slug, r.range
  FROM registry.skill_versions v, jsonb_array_elements($1::jsonb) AS item,
    jsonb_to_recordset(item->'requires') AS r (slug text, range text)
  WHERE v.slug = '${FIRST}'`;

/** Statements that copy the row of the first item, and give each copy its own values. */
async function copying(client: Client, tables: readonly string[]): Promise<Map<string, string>> {
  const statements = new Map<string, string>();
  for (const table of tables) {
    const { rows } = await client.query<{ columns: string[] }>(
      `SELECT array_agg(column_name::text) AS columns FROM information_schema.columns
       WHERE table_schema = 'registry' AND table_name = $1 AND is_generated = 'NEVER'`,
      [table],
    );
    const columns = rows[0]?.columns ?? [];
    statements.set(
      table,
      `INSERT INTO registry.${table} (${columns.join(', ')}) SELECT ${columns.map((one) => `made.${one}`).join(', ')}
       FROM registry.${table} AS first, jsonb_array_elements($1::jsonb) AS item,
         jsonb_populate_record(first, item) AS made WHERE first.slug = '${FIRST}'`,
    );
  }
  return statements;
}

/**
 * Adds items from a number on to the tables of a registry that knows the first: rows as the service writes them one by
 * one, which would take an hour for a million. The log does not know of them.
 */
export async function addItems(url: string, from: number, count: number): Promise<void> {
  let next = from;
  const lane = async (): Promise<void> => {
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query('SET synchronous_commit = off');
    const statements = await copying(client, Object.keys(DIFFERENCES));
    while (next < count) {
      const begin = next;
      next = Math.min(count, begin + TOGETHER);
      const items = Array.from({ length: next - begin }, (_, index) => describeItem(begin + index, count));
      for (const [table, statement] of statements)
        await client.query(statement, [JSON.stringify(items.map((item) => DIFFERENCES[table]?.(item)))]);
      await client.query(LINKS, [JSON.stringify(items.map(({ slug, requires }) => ({ slug, requires })))]);
    }
    await client.end();
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}
