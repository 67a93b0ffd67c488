import { setTimeout as delay } from 'node:timers/promises';
import { compare } from 'semver';
import { issueToken, revokeToken } from '@loam/contracts/http/gateway';
import * as lifecycle from '@loam/contracts/http/lifecycle';
import * as registry from '@loam/contracts/http/registry';
import { topSkills } from '@loam/contracts/http/telemetry';
import { eventually } from '@loam/testing';
import { Caller, newTenant } from './caller.fixtures';
import { publish } from './skills.fixtures';
import { thisRun } from './this-run.fixtures';

jest.setTimeout(60_000);

let admin: Caller;

beforeAll(async () => {
  ({ admin } = await newTenant(thisRun.operator));
});

const latest = async (slug: string): Promise<string> =>
  (await admin.call(registry.getSkill, { params: { slug } })).version;

/** A token of the tenant with these scopes. */
async function tokenWith(...scopes: ('skills:read' | 'telemetry:write')[]) {
  const { id, raw_token: token } = await admin.call(issueToken, { body: { label: 'for a test', scopes } });
  return { id, caller: new Caller(admin.url, token) };
}

describe('an answer from memory', () => {
  it('is never older than a change that was answered before it was asked for, however many read', async () => {
    await publish(admin, 'racing', { version: '1.0.0' });
    let acknowledged = '1.0.0';
    let ended = false;
    let reads = 0;
    const read = async (): Promise<void> => {
      while (!ended) {
        const atLeast = acknowledged;
        const version = await latest('racing');
        expect([version, compare(version, atLeast) >= 0]).toEqual([version, true]);
        reads += 1;
      }
    };
    const readers = Array.from({ length: 8 }, read);
    for (let minor = 1; minor <= 15; minor += 1) {
      await publish(admin, 'racing', { version: `1.${minor}.0` });
      acknowledged = `1.${minor}.0`;
      await delay(20);
    }
    ended = true;
    await Promise.all(readers);
    expect(reads).toBeGreaterThan(100);
  });

  it('is forgotten at once when the version is yanked, archived or erased', async () => {
    for (const version of ['1.0.0', '1.1.0', '1.2.0', '1.3.0'])
      await publish(admin, 'shrinking', { version });
    const params = { slug: 'shrinking' };
    const body = { reason: 'It was wrong.' };
    expect(await latest('shrinking')).toBe('1.3.0');
    await admin.call(lifecycle.yankSkill, { params, body: { ...body, version: '1.3.0' } });
    expect(await latest('shrinking')).toBe('1.2.0');
    await admin.call(lifecycle.archiveSkill, { params, query: { version: '1.2.0' } });
    expect(await latest('shrinking')).toBe('1.1.0');
    const bundle = { params, query: { version: '1.1.0', bytes: 'true' } };
    expect((await admin.send(registry.downloadBundle, bundle)).status).toBe(200);
    await admin.call(lifecycle.eraseSkill, { params, body: { ...body, version: '1.1.0' } });
    expect((await admin.send(registry.downloadBundle, bundle)).status).toBe(410);
    expect(await latest('shrinking')).toBe('1.0.0');
  });

  it('is for the tenant that asked and for tokens that may read', async () => {
    await publish(admin, 'guarded');
    const given = { params: { slug: 'guarded' } };
    const { caller: reader } = await tokenWith('skills:read');
    const { caller: reporter } = await tokenWith('telemetry:write');
    const { admin: stranger } = await newTenant(thisRun.operator);
    for (let time = 0; time < 5; time += 1) {
      expect((await admin.send(registry.getSkill, given)).status).toBe(200);
      expect((await reader.send(registry.getSkill, given)).status).toBe(200);
      expect((await reporter.send(registry.getSkill, given)).status).toBe(403);
      expect((await stranger.send(registry.getSkill, given)).status).toBe(404);
      expect((await new Caller(admin.url).send(registry.getSkill, given)).status).toBe(401);
      const other = { ...given, headers: { 'x-loam-tenant': 'another' } };
      expect((await reader.send(registry.getSkill, other)).status).toBe(401);
    }
  });

  it('is refused to a revoked token within a second, although it is asked for all the time', async () => {
    await publish(admin, 'asked-often');
    const { id, caller } = await tokenWith('skills:read');
    const ask = async () =>
      (await caller.send(registry.getSkill, { params: { slug: 'asked-often' } })).status;
    expect(await ask()).toBe(200);
    await admin.call(revokeToken, { params: { id } });
    const revoked = performance.now();
    while ((await ask()) === 200) expect(performance.now() - revoked).toBeLessThan(1000);
    expect(await ask()).toBe(401);
  });

  it('counts as a use each time', async () => {
    await publish(admin, 'counted-often');
    const given = { params: { slug: 'counted-often' }, query: { bytes: 'true' } };
    const tag = (await admin.send(registry.downloadBundle, given)).headers.get('etag') ?? '';
    for (let round = 0; round < 10; round += 1)
      await Promise.all(
        Array.from({ length: 20 }, async () =>
          (await admin.send(registry.downloadBundle, given)).arrayBuffer(),
        ),
      );
    // Who has the bytes already gets none, and uses nothing here.
    const known = await admin.send(registry.downloadBundle, { ...given, headers: { 'if-none-match': tag } });
    expect(known.status).toBe(304);
    await eventually(async () => {
      const top = await admin.call(topSkills, { query: { limit: '100' } });
      expect(top).toContainEqual({ slug: 'counted-often', downloads: 201, views: 0, total: 201 });
    });
  });
});
