import { randomUUID } from 'node:crypto';
import { reportEvents } from '@loam/contracts/http/events';
import { searchCatalog } from '@loam/contracts/http/search';
import { eventually } from '@loam/testing';
import { newTenant, type Caller } from './caller.fixtures';
import { publish } from './skills.fixtures';
import { thisRun } from './this-run.fixtures';

const found = async (caller: Caller, q: string, rank: 'relevance' | 'proven') =>
  (await caller.call(searchCatalog, { query: { q, rank, semantic: 'false' } })).items.map(({ slug }) => slug);

it('a search for what has proven itself follows what is told of outcomes, and still begins with what is named', async () => {
  const { admin } = await newTenant(thisRun.operator);
  for (const slug of ['pruning-a', 'pruning-b'])
    await publish(admin, slug, { description: 'Prunes apple trees.' });
  await publish(admin, 'apple', { description: 'Something else.' });
  const outcome = (skill: string, said: string) => ({
    ...{ id: randomUUID(), type: 'loam.outcome.reported', data: { skill, outcome: said } },
  });
  const body = Array.from({ length: 15 }, () => [
    ...[outcome('pruning-a', 'failure'), outcome('pruning-b', 'success'), outcome('apple', 'failure')],
  ]).flat();
  await admin.call(reportEvents, { body });
  expect(await found(admin, 'prunes trees', 'relevance')).toEqual(['pruning-a', 'pruning-b']);
  await eventually(async () => {
    expect(await found(admin, 'prunes trees', 'proven')).toEqual(['pruning-b', 'pruning-a']);
  });
  expect((await found(admin, 'apple', 'proven'))[0]).toBe('apple');
});
