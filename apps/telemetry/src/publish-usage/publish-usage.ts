import { fact, type EventData } from '@loam/contracts/define';
import { kindSchema } from '@loam/contracts/skill';
import { SkillUsed } from '@loam/contracts/telemetry';
import {
  NO_STREAM,
  type Append,
  type EventContext,
  type EventStore,
  type UnitOfWork,
} from '@loam/event-store';
import { uuidv7 } from '@loam/kernel';
import { z } from 'zod';
import { countersOf, QUANTITIES } from '../counters';
import { usageStream } from '../skill.stream';
import { newsOf } from './item-news';
import { statsOf, type ItemStats } from './item-stats';
import {
  lockSummaries,
  MARK_UNSUMMARISED,
  summarise,
  summariseQuarters,
  unquarteredTenants,
} from '../summaries';

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

/** A day whose use was not published since it last changed, with its totals and where its stream stands. */
const dueSchema = z.object({
  day: z.iso.date(),
  kind: kindSchema,
  slug: z.string(),
  version: z.string(),
  ...quantitiesShape,
  last_used_at: z.date(),
  changes: z.int(),
  revision: z.int(),
});
type Due = z.output<typeof dueSchema>;

const DUE = `
  SELECT to_char(day, 'YYYY-MM-DD') AS day, kind, slug, version, ${QUANTITIES.map((q) => `d.${q}`).join(', ')},
    greatest(d.last_used_at, d.day::timestamp AT TIME ZONE 'UTC') AS last_used_at, u.changes,
    coalesce(s.revision, ${NO_STREAM}) AS revision
  FROM usage_unpublished u JOIN usage_days d USING (tenant_id, day, kind, slug, version)
    LEFT JOIN usage_streams s USING (tenant_id, kind, slug)
  WHERE tenant_id = current_setting('loam.tenant')::uuid
    AND (u.day, u.kind, u.slug, u.version) > ($1::date, $2, $3, $4)
  ORDER BY u.day, u.kind, u.slug, u.version LIMIT ${MOST}`;

// A use that came in between has changed the total, or has the row locked and will: the mark stays for the next round.
const SETTLE = `
  WITH settled AS (
    SELECT u.tenant_id, u.day, u.kind, u.slug, u.version
    FROM usage_unpublished u
    JOIN unnest($1::date[], $2::text[], $3::text[], $4::text[], $5::int[]) AS p (day, kind, slug, version, changes)
      USING (day, kind, slug, version, changes)
    WHERE u.tenant_id = current_setting('loam.tenant')::uuid FOR UPDATE OF u SKIP LOCKED
  )
  DELETE FROM usage_unpublished u USING settled s
  WHERE (u.tenant_id, u.day, u.kind, u.slug, u.version) = (s.tenant_id, s.day, s.kind, s.slug, s.version)`;

/** @param sequence the place of the event in its stream, which only grows */
const used = (due: Due, sequence: number): EventData<typeof SkillUsed> => ({
  ...{ kind: due.kind, slug: due.slug, version: due.version === '' ? null : due.version, day: due.day },
  ...{ sequence, lastUsedAt: due.last_used_at.toISOString(), ...countersOf(due) },
});

/** One append per stream, since several versions and days of an item share one. */
function appendsOf(tenant: string, batch: readonly Due[], stats: ReadonlyMap<string, ItemStats>): Append[] {
  const streams = new Map<string, Due[]>();
  for (const due of batch) {
    const stream = usageStream(tenant, due);
    streams.set(stream, [...(streams.get(stream) ?? []), due]);
  }
  return [...streams].map(([stream, dues]) => {
    const expected = dues[0]?.revision ?? NO_STREAM;
    // A first revision of 0 would be no news to those who know of none.
    const facts = dues.map((due, index) => fact(SkillUsed, used(due, expected + index + 2)));
    const item = stats.get(`${dues[0]?.kind ?? ''}/${dues[0]?.slug ?? ''}`);
    const news = item === undefined ? [] : newsOf(item, expected + facts.length + 2);
    return { stream, expected, facts: [...facts, ...news] };
  });
}

async function publishBatch(unit: UnitOfWork, after: Due | undefined): Promise<Due[]> {
  const from = [after?.day ?? '-infinity', after?.kind ?? '', after?.slug ?? '', after?.version ?? ''];
  await lockSummaries(unit.tx);
  const batch = dueSchema.array().parse(await unit.tx.query<unknown[]>(DUE, from));
  if (batch.length === 0) return batch;
  await unit.append(...appendsOf(unit.context.tenant, batch, await statsOf(unit.tx, batch)));
  await summarise(unit.tx, batch);
  const column = (name: 'day' | 'kind' | 'slug' | 'version'): string[] => batch.map((due) => due[name]);
  await unit.tx.query(SETTLE, [
    ...(['day', 'kind', 'slug', 'version'] as const).map(column),
    batch.map(({ changes }) => changes),
  ]);
  return batch;
}

/** Publishes the totals so far of every day that has changed, each once. */
export async function publishUsage(store: Pick<EventStore, 'database' | 'transaction'>): Promise<void> {
  const tenants = await store.database.system((tx) =>
    tx.query<{ tenant_id: string }[]>('SELECT DISTINCT tenant_id FROM usage_unpublished'),
  );
  for (const { tenant_id: tenant } of tenants) {
    let batch: Due[] = [];
    do {
      batch = await store.transaction(contextOf(tenant), (unit) => publishBatch(unit, batch.at(-1)));
    } while (batch.length === MOST);
  }
}

/** Sums up the quarters of days that are over. */
export async function closeDays(store: Pick<EventStore, 'database'>): Promise<void> {
  for (const tenant of await store.database.system(unquarteredTenants))
    while (await store.database.tenant(tenant, summariseQuarters));
}

/** Has all days published again that have no summary. */
export async function markUnsummarised({ database }: Pick<EventStore, 'database'>): Promise<void> {
  await database.system((tx) => tx.query(MARK_UNSUMMARISED));
}

const contextOf = (tenant: string): EventContext => ({
  tenant,
  actor: { type: 'service', id: 'telemetry' },
  correlationId: uuidv7(),
  causationId: null,
  traceparent: null,
});
