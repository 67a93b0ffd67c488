import { randomUUID } from 'node:crypto';
import { reportEvents } from '@loam/contracts/http/events';
import { eventually } from '@loam/testing';
import { newTenant } from './caller.fixtures';
import { killNow, openHouse, type House } from './house.fixtures';
import { listen } from './listener.fixtures';
import { publish } from './skills.fixtures';

jest.setTimeout(120_000);

let house: House;
beforeAll(async () => (house = await openHouse()), 120_000);
afterAll(() => house.close());

it('a listener is let go at SIGTERM, within the time, and hears from the next gateway what it missed', async () => {
  const { admin } = await newTenant(house.operator);
  await publish(admin, 'grafting');
  const use = () =>
    admin.call(reportEvents, {
      body: [{ id: randomUUID(), type: 'loam.usage.download', data: { skill: 'grafting' } }],
    });
  const { heard, events } = await listen(admin);
  await use();
  await eventually(async () => {
    expect(events().map(({ name }) => name)).toEqual(['ready', 'skill-used', 'skill-stats']);
  });
  const { gateway } = house.stack.services;
  const died = gateway.died();
  const asked = performance.now();
  gateway.kill('SIGTERM');
  expect(await died).toBe('exit code 0');
  expect(performance.now() - asked).toBeLessThan(5000);
  expect(heard.ended).toBe(true);
  await house.stack.restart('gateway');
  await use();
  const again = await listen(admin, { 'last-event-id': events().at(-1)?.id ?? '' });
  await eventually(async () => {
    expect(again.events()).toMatchObject([{ data: { downloads: 2 } }, { data: { uses: 2 } }]);
  });
  await killNow(house.stack.services.telemetry);
  await house.stack.restart('telemetry');
  await use();
  await eventually(async () => {
    expect(again.events().slice(2)).toMatchObject([{ data: { downloads: 3 } }, { data: { uses: 3 } }]);
  }, 20_000);
  await again.stop();
});
