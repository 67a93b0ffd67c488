import { setTimeout as delay } from 'node:timers/promises';
import { createTenant } from '@loam/contracts/http/gateway';
import { listSkills } from '@loam/contracts/http/registry';
import type { CrashPoint } from '@loam/kernel';
import { Caller, newTenant, type Tenant } from './caller.fixtures';
import { killNow, openHouse, type House } from './house.fixtures';
import { publish } from './skills.fixtures';
import { expectAgreement } from './traces.fixtures';
import { begun, ended, exported } from './transfer.fixtures';

jest.setTimeout(400_000);

const ITEMS = 40;
const KILLS = 4;

let source: House;
let target: House;

beforeAll(async () => {
  [source, target] = await Promise.all([openHouse(), openHouse()]);
});
afterAll(() => Promise.all([source.close(), target.close()]));

/** A tenant with a catalog, its archive, and a tenant of the same name without one. */
async function moving(): Promise<{ tenant: Tenant; archive: Buffer; twin: Caller }> {
  const tenant = await newTenant(source.operator);
  for (let item = 0; item < ITEMS; item += 1) await publish(tenant.admin, `item-${item}`);
  const archive = await exported(source.operator, tenant.slug);
  const { operator } = target;
  const { token } = await operator.call(createTenant, { body: { slug: tenant.slug, name: tenant.slug } });
  return { tenant, archive, twin: new Caller(operator.url, token) };
}

const listed = (caller: Caller) => caller.text(listSkills, { query: { limit: '200' } });

/** Nothing, or everything. */
const expectAllOrNothing = async (twin: Caller, tenant: Tenant): Promise<void> => {
  expect(['[]', await listed(tenant.admin)]).toContain(await listed(twin));
};

const expectMoved = async (twin: Caller, tenant: Tenant, archive: Buffer): Promise<void> => {
  expect(await listed(twin)).toBe(await listed(tenant.admin));
  expect((await exported(target.operator, tenant.slug)).equals(archive)).toBe(true);
};

const points: CrashPoint[] = ['append.before-commit', 'append.committed', 'job.done'];

describe('an import whose registry is killed', () => {
  it.each(points)('at %s is there wholly or not at all, and is carried through afterwards', async (point) => {
    const { tenant, archive, twin } = await moving();
    const { stack, operator } = target;
    await stack.restart('registry', { LOAM_CRASH_AT: point });
    const died = stack.services.registry.died();
    const { id } = await begun(operator, tenant.slug, archive);
    expect(await died).toBe('signal SIGKILL');
    await stack.restart('registry');
    await expectAllOrNothing(twin, tenant);
    expect(await ended(operator, tenant.slug, id)).toMatchObject({ status: 'done', error: null });
    await expectMoved(twin, tenant, archive);
  });

  it('again and again at moments that nobody chose is the same in the end', async () => {
    const { tenant, archive, twin } = await moving();
    const { stack, operator } = target;
    const { id } = await begun(operator, tenant.slug, archive);
    for (let kill = 0; kill < KILLS; kill += 1) {
      await delay(Math.random() * 150);
      await killNow(stack.services.registry);
      await stack.restart('registry');
      await expectAllOrNothing(twin, tenant);
    }
    expect(await ended(operator, tenant.slug, id)).toMatchObject({ status: 'done', error: null });
    await expectMoved(twin, tenant, archive);
    await expectAgreement(target);
  });
});
