import { randomUUID } from 'node:crypto';
import { reportEvents } from '@loam/contracts/http/events';
import { usageTimeline, topSkills } from '@loam/contracts/http/telemetry';
import { explainUsage, skillStats, usageSeries } from '@loam/contracts/http/usage';
import { newTenant, type Caller } from './caller.fixtures';
import { publish } from './skills.fixtures';
import { thisRun } from './this-run.fixtures';

let admin: Caller;
let neighbour: Caller;
beforeAll(async () => {
  ({ admin } = await newTenant(thisRun.operator));
  ({ admin: neighbour } = await newTenant(thisRun.operator));
  for (const slug of ['mulching', 'weeding']) await publish(admin, slug);
  const event = (type: string, data: object) => ({
    ...{ specversion: '1.0', id: randomUUID(), source: 'test', type, data },
  });
  await admin.call(reportEvents, {
    body: [
      event('loam.usage.download', { skill: 'mulching', project: 'farm', session: 's1' }),
      event('loam.usage.view', { skill: 'mulching', project: 'farm', session: 's2' }),
      event('loam.usage.download', { skill: 'weeding', project: 'garden' }),
    ],
  });
});

it('a timeline and the top tell of what was just acknowledged', async () => {
  const timeline = await admin.call(usageTimeline, { query: { days: '1' } });
  expect(timeline).toMatchObject([{ downloads: 2, views: 1, unique_skills: 2 }]);
  expect(await admin.call(topSkills)).toEqual([
    { slug: 'mulching', downloads: 1, views: 1, total: 2 },
    { slug: 'weeding', downloads: 1, views: 0, total: 1 },
  ]);
});

it('a series is of any zone, of a project by its own name, and compared with before', async () => {
  const { totals, previous } = await admin.call(usageSeries, {
    query: { tz: 'Asia/Kathmandu', bucket: 'hour', days: '2', project: 'farm', compare: 'previous' },
  });
  expect(totals).toMatchObject({ downloads: 1, views: 1 });
  expect(previous).toMatchObject({ downloads: 0 });
  const { buckets } = await admin.call(usageSeries, { query: { days: '1' } });
  // Two sessions are fewer than what is told of.
  expect(buckets).toMatchObject([{ uniqueSkills: 2, uniqueProjects: 2, uniqueSessions: null }]);
  for (const tz of ['Nowhere/Here', '+05:30', "UTC'; --"])
    expect(await admin.refused(usageSeries, { query: { tz } })).toMatchObject({ code: 'request-invalid' });
});

it('the statistics of a skill are told to whoever may read it, none of the tenant next door', async () => {
  const { versions } = await admin.call(skillStats, { params: { slug: 'mulching' } });
  expect(versions).toMatchObject([{ version: null, uses: 2, views: 1, downloads: 1, regression: null }]);
  expect(await neighbour.refused(skillStats, { params: { slug: 'mulching' } })).toMatchObject({
    code: 'skill-not-found',
  });
});

it('a series is a table for spreadsheets too', async () => {
  const response = await admin.send(usageSeries, { query: { days: '1', format: 'csv' } });
  expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  const [head, row, end] = (await response.text()).split('\r\n');
  expect([head?.split(',').slice(0, 3), row?.split(',').slice(1, 3), end]).toEqual([
    ['start', 'views', 'downloads'],
    ['1', '2'],
    '',
  ]);
});

it('the signals behind a number are read page by page, by pseudonyms, and by nobody else', async () => {
  const query = { skill: 'mulching', limit: '1' };
  const first = await admin.call(explainUsage, { query });
  const second = await admin.call(explainUsage, { query: { ...query, cursor: first.next_cursor ?? '' } });
  expect(second.next_cursor).toBeNull();
  const types = [...first.signals, ...second.signals].map(({ type }) => type);
  expect(types.sort()).toEqual(['download', 'view']);
  expect(JSON.stringify([first, second])).not.toContain('farm');
  expect((await neighbour.call(explainUsage)).signals).toEqual([]);
  expect(await admin.refused(explainUsage, { query: { cursor: 'x' } })).toMatchObject({
    code: 'request-invalid',
  });
});
