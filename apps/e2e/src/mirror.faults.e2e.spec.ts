import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eraseSkill } from '@loam/contracts/http/lifecycle';
import { rebuildMirror } from '@loam/contracts/http/transfer';
import { eventually } from '@loam/testing';
import { newTenant, type Tenant } from './caller.fixtures';
import { killNow, openHouse, type House } from './house.fixtures';
import { publish } from './skills.fixtures';

jest.setTimeout(240_000);

let folder: string;
let house: House;
let tenant: Tenant;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loam-mirrors-'));
  house = await openHouse({ environment: { LOAM_MIRROR_DIR: folder } });
});
afterAll(async () => {
  await house.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  tenant = await newTenant(house.operator);
});

const git = (...args: string[]) =>
  execFileSync('git', ['--git-dir', join(folder, `${tenant.slug}.git`), ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
const mirrored = () =>
  [
    ...new Set(
      git('ls-tree', '-r', '--name-only', 'main')
        .split('\n')
        .map((path) => path.split('/')[2]),
    ),
  ]
    .filter((slug) => slug !== undefined)
    .sort();

it('the mirror loses nothing and doubles nothing while the registry is killed again and again', async () => {
  const { admin } = tenant;
  const slugs: string[] = [];
  for (let round = 0; round < 6; round += 1) {
    for (const part of ['a', 'b', 'c']) {
      slugs.push(`${part}-${round}`);
      await publish(admin, `${part}-${round}`);
    }
    await killNow(house.stack.services.registry);
    await house.stack.restart('registry');
  }
  await eventually(() => {
    expect(mirrored()).toEqual([...slugs].sort());
  }, 60_000);
  git('fsck', '--strict');
  expect(git('rev-list', '--count', 'main').trim()).toBe(String(slugs.length));
  const head = git('rev-parse', 'main');
  await rm(join(folder, `${tenant.slug}.git`), { recursive: true });
  await house.operator.call(rebuildMirror, { params: { slug: tenant.slug } });
  await eventually(() => {
    expect(git('rev-parse', 'main')).toBe(head);
  });
});

it('what is published while Redis is away is in the mirror when it is back', async () => {
  const { admin } = tenant;
  await publish(admin, 'before');
  const redis = house.part('redis');
  await killNow(redis);
  await publish(admin, 'meanwhile');
  await redis.start();
  await eventually(() => {
    expect(mirrored()).toEqual(['before', 'meanwhile']);
  }, 60_000);
});

it('what is erased is in no commit of the mirror any more', async () => {
  const { admin } = tenant;
  await publish(admin, 'kept');
  await publish(admin, 'secret', { body: 'the secret' });
  await eventually(() => {
    expect(mirrored()).toEqual(['kept', 'secret']);
  });
  await admin.call(eraseSkill, { params: { slug: 'secret' }, body: { reason: 'leaked' } });
  await eventually(() => {
    expect(git('log', '--all', '-p')).not.toContain('secret');
  });
  expect(mirrored()).toEqual(['kept']);
});
