import { setTimeout as delay } from 'node:timers/promises';
import { serviceNames, type ServiceName } from '@loam/contracts/operations';
import { eventually } from '@loam/testing';
import { newTenant } from './caller.fixtures';
import { killNow, openHouse, type House } from './house.fixtures';
import { PersistentClients } from './persistence.fixtures';
import { expectAcknowledged, expectAgreement } from './traces.fixtures';

jest.setTimeout(240_000);

/** Of each of these one is dead at a time, so that others are often in the middle of something with it. */
const GROUPS: readonly (readonly ServiceName[])[] = [
  ['registry', 'decay'],
  ['telemetry', 'gateway', 'capturer'],
];
const KILLS_EACH = 15;
const LONGEST_LIFE_MS = 400;
/** As the stack tells the services. */
const GRACE_MS = 10_000;

let house: House;
let clients: PersistentClients;

beforeAll(async () => {
  house = await openHouse();
});

afterAll(() => house.close());

beforeEach(async () => {
  clients = new PersistentClients(await newTenant(house.operator));
  clients.begin({ publishers: 3, reporters: 6 });
});

afterEach(() => {
  clients.giveUp();
});

/** Kills a service of the group and starts it again, at moments that nobody chose, so many times. */
async function reap(group: readonly ServiceName[]): Promise<void> {
  const { stack } = house;
  for (let kill = 0; kill < KILLS_EACH; kill += 1) {
    await delay(Math.random() * LONGEST_LIFE_MS);
    const name = group[Math.floor(Math.random() * group.length)] ?? 'registry';
    await killNow(stack.services[name]);
    await stack.restart(name);
  }
}

it('30 kills of services while skills are published and used lose nothing acknowledged and double nothing', async () => {
  await Promise.all(GROUPS.map(reap));
  await clients.end();
  expect(clients.retries).toBeGreaterThan(10);
  expect(clients.published.size).toBeGreaterThan(10);
  expect(clients.used.size).toBeGreaterThan(10);
  await expectAcknowledged(house, clients);
  await expectAgreement(house);
});

it('a SIGTERM of each service with requests in hand ends it in time, with 0, and fails nothing for good', async () => {
  const { stack } = house;
  for (const name of serviceNames) {
    const before = clients.used.size;
    await eventually(() => {
      expect(clients.used.size).toBeGreaterThan(before + 20);
    });
    const [started, unanswered] = [performance.now(), clients.unanswered];
    const died = stack.services[name].died();
    stack.services[name].kill('SIGTERM');
    expect({ name, died: await died }).toEqual({ name, died: 'exit code 0' });
    expect(performance.now() - started).toBeLessThan(GRACE_MS);
    await stack.restart(name);
    // Behind the gateway nobody is left without an answer.
    if (name !== 'gateway') expect({ name, unanswered: clients.unanswered }).toEqual({ name, unanswered });
  }
  await clients.end();
  await expectAcknowledged(house, clients);
  await expectAgreement(house);
});
