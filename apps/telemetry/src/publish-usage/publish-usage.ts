import { fact, type EventData } from '@loam/contracts/define';
import { kindSchema, type Item } from '@loam/contracts/skill';
import { MOST_PROJECTS, SkillUsed } from '@loam/contracts/telemetry';
import {
  NO_STREAM,
  type Append,
  type EventContext,
  type EventStore,
  type UnitOfWork,
} from '@loam/event-store';
import type { Database } from '@loam/database';
import { uuidv7 } from '@loam/kernel';
import { z } from 'zod';
import { countersOf, QUANTITIES } from '../counters';
import { usageStream } from '../skill.stream';
import { newsOf } from './item-news';
import { statsOf } from './item-stats';
import {
  lockSummaries,
  NOTE_UNSUMMARISED,
  summarise,
  summariseQuarters,
  unquarteredTenants,
} from '../summaries';

/** Days of versions that one transaction publishes. */
const MOST = 500;

const quantitiesShape = {
  ...{ views: z.int(), downloads: z.int(), installs: z.int(), activations: z.int(), invocations: z.int() },
  ...{
    successes: z.int(),
    partials: z.int(),
    failures: z.int(),
    corrections: z.int(),
    cost_micros: z.number(),
  },
};

const changedSchema = z.object({
  day: z.iso.date(),
  kind: kindSchema,
  slug: z.string(),
  version: z.string(),
});
type Changed = z.output<typeof changedSchema>;

/** A day whose use has changed since it was published, with its totals and where its stream stands. */
const dueSchema = changedSchema.extend({
  ...{ ...quantitiesShape, last_used_at: z.date(), revision: z.int() },
  projects: z.array(z.int()).nullable(),
});
type Due = z.output<typeof dueSchema>;

const NOTED = "SELECT id::text FROM usage_changes WHERE tenant_id = current_setting('loam.tenant')::uuid";

const CHANGED = `
  SELECT DISTINCT to_char(day, 'YYYY-MM-DD') AS day, kind, slug, version
  FROM usage_changes, unnest(kinds, slugs, versions) AS changed (kind, slug, version)
  WHERE tenant_id = current_setting('loam.tenant')::uuid AND id = ANY($1::bigint[]) ORDER BY 1, 2, 3, 4`;

const DUE = `
  SELECT to_char(day, 'YYYY-MM-DD') AS day, kind, slug, version, ${QUANTITIES.map((q) => `d.${q}`).join(', ')},
    greatest(d.last_used_at, d.day::timestamp AT TIME ZONE 'UTC') AS last_used_at, coalesce(s.revision, ${NO_STREAM}) AS revision,
    (SELECT jsonb_agg(('x' || left(pseudonym, 12))::bit(48)::bigint ORDER BY pseudonym) FROM (
       SELECT u.pseudonym FROM usage_uniques u
       WHERE (u.tenant_id, u.day, u.kind, u.slug, u.dimension) = (d.tenant_id, d.day, d.kind, d.slug, 'project')
       ORDER BY u.pseudonym LIMIT ${String(MOST_PROJECTS)}) AS smallest) AS projects
  FROM unnest($1::date[], $2::text[], $3::text[], $4::text[]) AS changed (day, kind, slug, version)
    JOIN usage_days d USING (day, kind, slug, version) LEFT JOIN usage_streams s USING (tenant_id, kind, slug)
  WHERE tenant_id = current_setting('loam.tenant')::uuid ORDER BY day, kind, slug, version`;

const FORGET = `
  DELETE FROM usage_changes WHERE tenant_id = current_setting('loam.tenant')::uuid AND id = ANY($1::bigint[])`;

/** @param sequence the place of the event in its stream, which only grows */
const used = (due: Due, sequence: number): EventData<typeof SkillUsed> => ({
  ...{ kind: due.kind, slug: due.slug, version: due.version === '' ? null : due.version, day: due.day },
  ...{ sequence, lastUsedAt: due.last_used_at.toISOString(), ...countersOf(due) },
  ...(due.projects !== null && { projects: due.projects }),
});

/** One append per stream, since several versions and days of an item share one. */
function appendsOf(tenant: string, batch: readonly Due[]): Append[] {
  const streams = new Map<string, Due[]>();
  for (const due of batch) {
    const stream = usageStream(tenant, due);
    const known = streams.get(stream);
    if (known === undefined) streams.set(stream, [due]);
    else known.push(due);
  }
  return [...streams].map(([stream, dues]) => {
    const expected = dues[0]?.revision ?? NO_STREAM;
    // A first revision of 0 would be no news to those who know of none.
    return {
      stream,
      expected,
      facts: dues.map((due, index) => fact(SkillUsed, used(due, expected + index + 2))),
    };
  });
}

async function publishDays(unit: UnitOfWork, changed: readonly Changed[]): Promise<void> {
  const column = (name: keyof Changed): string[] => changed.map((each) => each[name]);
  const columns = [column('day'), column('kind'), column('slug'), column('version')];
  await lockSummaries(unit.tx);
  const batch = dueSchema.array().parse(await unit.tx.query<unknown[]>(DUE, columns));
  await unit.append(...appendsOf(unit.context.tenant, batch));
  await summarise(unit.tx, batch);
}

async function publishItems(unit: UnitOfWork, items: readonly Item[]): Promise<void> {
  const { tenant } = unit.context;
  const stats = await statsOf(unit.tx, items);
  await unit.append(
    ...stats.map((item) => ({
      stream: usageStream(tenant, item),
      expected: item.revision,
      facts: newsOf(item, item.revision + 2),
    })),
  );
}

/** What is noted of a tenant: the notes, and all that they tell of, each once. */
const readNotes = (database: Database, tenant: string): Promise<{ ids: string[]; changed: Changed[] }> =>
  database.tenant(tenant, async (tx) => {
    const ids = (await tx.query<{ id: string }[]>(NOTED)).map(({ id }) => id);
    return { ids, changed: changedSchema.array().parse(await tx.query<unknown[]>(CHANGED, [ids])) };
  });

const partsOf = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / MOST) }, (_, part) =>
    all.slice(part * MOST, (part + 1) * MOST),
  );

/**
 * Publishes the totals so far of every day that has changed, each once, and then what these make of items in all. What
 * changes meanwhile is noted anew. Notes are forgotten in the last of these transactions: after a crash some is told again.
 */
export async function publishUsage(store: Pick<EventStore, 'database' | 'transaction'>): Promise<void> {
  const tenants = await store.database.system((tx) =>
    tx.query<{ tenant_id: string }[]>('SELECT DISTINCT tenant_id FROM usage_changes'),
  );
  for (const { tenant_id: tenant } of tenants) {
    const context = contextOf(tenant);
    const { ids, changed } = await readNotes(store.database, tenant);
    for (const part of partsOf(changed)) await store.transaction(context, (unit) => publishDays(unit, part));
    const items = [...new Map(changed.map((item) => [usageStream(tenant, item), item])).values()];
    for (const part of partsOf(items)) await store.transaction(context, (unit) => publishItems(unit, part));
    await store.database.tenant(tenant, (tx) => tx.query(FORGET, [ids]));
  }
}

/** Sums up the quarters of days that are over. */
export async function closeDays(store: Pick<EventStore, 'database'>): Promise<void> {
  for (const tenant of await store.database.system(unquarteredTenants))
    while (await store.database.tenant(tenant, summariseQuarters));
}

/** Has all days published again that have no summary. */
export async function noteUnsummarised({ database }: Pick<EventStore, 'database'>): Promise<void> {
  await database.system((tx) => tx.query(NOTE_UNSUMMARISED));
}

const contextOf = (tenant: string): EventContext => ({
  tenant,
  actor: { type: 'service', id: 'telemetry' },
  correlationId: uuidv7(),
  causationId: null,
  traceparent: null,
});
