import { createHash } from 'node:crypto';
import { decayCandidates } from '@loam/contracts/http/decay';
import { getReplayCheck, startReplayCheck } from '@loam/contracts/http/gateway';
import {
  downloadBundle,
  getSkill,
  getSkillDetail,
  listSkills,
  listVersions,
} from '@loam/contracts/http/registry';
import { usageTimeline } from '@loam/contracts/http/telemetry';
import { serviceNames } from '@loam/contracts/operations';
import { eventually } from '@loam/testing';
import type { House } from './house.fixtures';
import type { PersistentClients } from './persistence.fixtures';

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const count = (from: string): string => `(SELECT count(*)::int FROM ${from})`;
const sum = (what: string, from: string): string => `(SELECT coalesce(sum(${what}), 0)::int FROM ${from})`;

/** The rows that registry holds of a slug that is used once. */
async function rowsOf({ rows }: House, slug: string) {
  const [found] = await rows<{ events: number; versions: number; skills: number }>(
    `SELECT ${count("registry.events WHERE type = 'registry.skill-published' AND data->>'slug' = $1")} AS events,
       ${count('registry.skill_versions WHERE slug = $1')} AS versions,
       ${count('registry.skills WHERE slug = $1')} AS skills`,
    [slug],
  );
  return found;
}

/** Nothing of the publication can be seen, and no row of it exists. */
export async function expectAbsent(house: House, slug: string): Promise<void> {
  const { operator } = house;
  const params = { slug };
  for (const route of [getSkill, getSkillDetail, listVersions, downloadBundle])
    expect(await operator.refused(route, { params })).toMatchObject({ code: 'skill-not-found' });
  expect(await operator.call(listSkills, { query: { query: slug } })).toEqual([]);
  expect(await rowsOf(house, slug)).toEqual({ events: 0, versions: 0, skills: 0 });
}

/** The publication is whole: in the catalog, once, and the bytes that come have the digest that it states. */
export async function expectWhole(house: House, slug: string, version = '1.0.0'): Promise<void> {
  const { operator } = house;
  const params = { slug };
  const detail = await operator.call(getSkillDetail, { params });
  expect(detail).toMatchObject({ slug, version, status: 'published' });
  expect(await operator.call(getSkill, { params, query: { version } })).toMatchObject({ slug, version });
  expect((await operator.call(listVersions, { params })).map((each) => each.version)).toEqual([version]);
  // Others may hold the same words; what is named exactly comes first.
  expect((await operator.call(listSkills, { query: { query: slug } }))[0]).toMatchObject({ slug, version });
  const download = await operator.send(downloadBundle, { params });
  expect(download.status).toBe(200);
  expect(download.headers.get('x-loam-sha256')).toBe(detail.sha256);
  expect(sha256Of(new Uint8Array(await download.arrayBuffer()))).toBe(detail.sha256);
  expect(await rowsOf(house, slug)).toEqual({ events: 1, versions: 1, skills: 1 });
}

/** The rows that came of the event in telemetry and decay. */
const EFFECTS = `
  SELECT ${count('telemetry.known_skills WHERE slug = $1')} AS known,
    ${count("telemetry.events WHERE type = 'telemetry.skill-heard-of' AND data->>'slug' = $1")} AS heard,
    ${count("telemetry.inbox WHERE consumer = 'hear-of-skill' AND event_id = e.id")} AS "telemetryInbox",
    ${count('decay.vitals WHERE slug = $1 AND live')} AS vitals,
    ${count("decay.events WHERE type = 'decay.skill-observed' AND data->>'slug' = $1")} AS observed,
    ${count("decay.inbox WHERE consumer = 'watch-skill' AND event_id = e.id")} AS "decayInbox"
  FROM registry.events e WHERE e.type = 'registry.skill-published' AND e.data->>'slug' = $1`;

const ONCE = { known: 1, heard: 1, telemetryInbox: 1, vitals: 1, observed: 1, decayInbox: 1 };

/** Telemetry and decay have heard of the publication, with one effect each. */
export const expectHeardOnce = ({ rows }: House, slug: string): Promise<void> =>
  eventually(async () => {
    expect(await rows(EFFECTS, [slug])).toEqual([ONCE]);
  }, 20_000);

/** Decay lists the skill with these many uses, or, as one that is in use, no longer. */
export const expectCandidate = ({ operator }: House, slug: string, uses: number | 'in use'): Promise<void> =>
  eventually(async () => {
    const candidates = await operator.call(decayCandidates, { query: { days: '1', limit: '1000' } });
    const found = candidates.filter((candidate) => candidate.slug === slug).map((each) => each.use_count);
    expect(found).toEqual(uses === 'in use' ? [] : [uses]);
  });

/** All that decay and telemetry say of the uses of a slug agrees with what they should say. */
export const expectUses = ({ rows, operator }: House, slug: string, uses: number): Promise<void> =>
  eventually(async () => {
    const detail = await operator.call(getSkillDetail, { params: { slug } });
    expect(detail.use_count).toBe(uses);
    const [counted] = await rows(
      `SELECT (SELECT coalesce(sum(times), 0)::int FROM telemetry.usage_facts WHERE slug = $1) AS facts,
         (SELECT coalesce(sum(use_count), 0)::int FROM decay.vitals WHERE slug = $1) AS vitals`,
      [slug],
    );
    expect(counted).toEqual({ facts: uses, vitals: uses });
  });

/** How often the log has each publication, and what does not agree with it elsewhere. */
const DISAGREEMENTS = `
  WITH published AS (
    SELECT tenant_id, data->>'kind' AS kind, data->>'slug' AS slug, data->>'version' AS version, count(*) AS times
    FROM registry.events WHERE type = 'registry.skill-published' GROUP BY 1, 2, 3, 4
  ), observed AS (
    SELECT tenant_id, data->>'kind' AS kind, data->>'slug' AS slug, data->>'version' AS version, count(*) AS times
    FROM decay.events WHERE type = 'decay.skill-observed' GROUP BY 1, 2, 3, 4
  ), heard AS (
    SELECT tenant_id, data->>'kind' AS kind, data->>'slug' AS slug, count(*) AS times
    FROM telemetry.events WHERE type = 'telemetry.skill-heard-of' GROUP BY 1, 2, 3
  )
  SELECT coalesce(p.slug, o.slug, h.slug) AS slug, p.version, p.times AS published, o.times AS observed, h.times AS heard
  FROM published p FULL JOIN observed o USING (tenant_id, kind, slug, version) FULL JOIN heard h USING (tenant_id, kind, slug)
  WHERE (p.times, o.times, h.times) IS DISTINCT FROM (1::bigint, 1::bigint, 1::bigint)`;

/** Whatever was published so far had its effect elsewhere, once, and every table is what its log makes of it. */
export async function expectAgreement(house: House): Promise<void> {
  await eventually(async () => {
    expect(await house.rows(DISAGREEMENTS)).toEqual([]);
  }, 20_000);
  const checks = await Promise.all(
    serviceNames.map(async (service) => {
      const { id } = await house.operator.call(startReplayCheck, { params: { service } });
      return eventually(async () => {
        const check = await house.operator.call(getReplayCheck, { params: { service, id } });
        expect(check.status).not.toBe('running');
        return check;
      }, 60_000);
    }),
  );
  expect(checks.map(({ service, status, differences }) => ({ service, status, differences }))).toEqual(
    serviceNames.map((service) => ({ service, status: 'done', differences: [] })),
  );
}

/** Each way in which uses are counted; `$1` is the tenant. */
const SUMS = `
  SELECT ${count('telemetry.usage_ids WHERE tenant_id = $1')} AS ids,
    ${sum('views + downloads', 'telemetry.usage_quarters WHERE tenant_id = $1')} AS quarters,
    ${sum('views + downloads', 'telemetry.usage_days WHERE tenant_id = $1')} AS days,
    ${sum('uses', 'telemetry.usage_totals WHERE tenant_id = $1')} AS totals,
    ${sum('use_count', 'decay.vitals WHERE tenant_id = $1')} AS vitals`;

/** All that the clients were told is done is there, and nothing else or twice: publications, and uses however counted. */
export async function expectAcknowledged(house: House, clients: PersistentClients): Promise<void> {
  const { published, used, tenant } = clients;
  const [{ id } = { id: '' }] = await house.rows<{ id: string }>(
    'SELECT tenant_id AS id FROM gateway.tenants WHERE slug = $1',
    [tenant.slug],
  );
  const column = async (query: string): Promise<string[]> =>
    (await house.rows<{ value: string }>(`SELECT ${query} WHERE tenant_id = $1`, [id]))
      .map(({ value }) => value)
      .sort();
  expect(await column("slug || ' ' || version AS value FROM registry.skill_versions")).toEqual(
    [...published].map((slug) => `${slug} 1.0.0`).sort(),
  );
  expect(await column('event_id AS value FROM telemetry.usage_facts')).toEqual([...used].sort());
  const all = used.size;
  await eventually(async () => {
    expect(await house.rows(SUMS, [id])).toEqual([
      { ids: all, quarters: all, days: all, totals: all, vitals: all },
    ]);
  });
  const timeline = await tenant.admin.call(usageTimeline, { query: { days: '2' } });
  expect(timeline.reduce((total, { downloads, views }) => total + downloads + views, 0)).toBe(all);
}
