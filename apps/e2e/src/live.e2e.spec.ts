import { randomUUID } from 'node:crypto';
import { issueToken, revokeToken } from '@loam/contracts/http/gateway';
import { reportEvents } from '@loam/contracts/http/events';
import { liveUsage } from '@loam/contracts/http/usage';
import { eventually } from '@loam/testing';
import { Caller, newTenant, problemOf } from './caller.fixtures';
import { listen } from './listener.fixtures';
import { publish } from './skills.fixtures';
import { thisRun } from './this-run.fixtures';

const use = (admin: Caller, skill: string) =>
  admin.call(reportEvents, {
    body: [{ id: randomUUID(), type: 'loam.usage.download', data: { skill } }],
  });

it('whoever listens hears of use within moments, of its own tenant alone, and after a break of what it missed', async () => {
  const [{ admin }, { admin: neighbour }] = await Promise.all([
    newTenant(thisRun.operator),
    newTenant(thisRun.operator),
  ]);
  await publish(admin, 'grafting');
  const [mine, theirs] = await Promise.all([listen(admin), listen(neighbour)]);
  expect(mine.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  await eventually(async () => {
    expect([mine.events(), theirs.events()]).toMatchObject([[{ name: 'ready' }], [{ name: 'ready' }]]);
  });
  await use(admin, 'grafting');
  await eventually(async () => {
    expect(mine.events().slice(1)).toMatchObject([
      { name: 'skill-used', data: { slug: 'grafting', downloads: 1 } },
      { name: 'skill-stats', data: { slug: 'grafting', uses: 1 } },
    ]);
  });
  const last = mine.events().at(-1)?.id ?? '';
  await mine.stop();
  await use(admin, 'grafting');
  const again = await listen(admin, { 'last-event-id': last });
  await eventually(async () => {
    expect(again.events()).toMatchObject([
      { name: 'skill-used', data: { downloads: 2 } },
      { name: 'skill-stats', data: { uses: 2 } },
    ]);
  });
  expect(theirs.events()).toHaveLength(1);
  await Promise.all([again.stop(), theirs.stop()]);
  const nowhere = await admin.send(liveUsage, { headers: { 'last-event-id': 'x' } });
  expect(await problemOf(nowhere)).toMatchObject({ code: 'request-invalid' });
});

it('a revoked token hears nothing any more within a second or two', async () => {
  const { admin } = await newTenant(thisRun.operator);
  await publish(admin, 'grafting');
  const scopes = ['tenant:admin', 'skills:read'];
  const { id, raw_token } = await admin.call(issueToken, { body: { label: 'ears', scopes } });
  const { heard, events } = await listen(new Caller(thisRun.url, raw_token));
  await eventually(async () => {
    expect(events()).toHaveLength(1);
  });
  await admin.call(revokeToken, { params: { id } });
  await eventually(async () => {
    expect(heard.ended).toBe(true);
  }, 2000);
  await use(admin, 'grafting');
  expect(events()).toHaveLength(1);
});

it('so many may listen to one tenant, and one more once somebody has gone', async () => {
  const { admin } = await newTenant(thisRun.operator);
  const listeners = await Promise.all(Array.from({ length: 20 }, () => listen(admin)));
  const { response } = await listen(admin);
  expect([response.status, response.headers.get('retry-after')]).toEqual([429, '5']);
  await listeners[0]?.stop();
  await eventually(async () => {
    const one = await listen(admin);
    await one.stop();
    expect(one.response.status).toBe(200);
  });
  await Promise.all(listeners.map(({ stop }) => stop()));
});
