import { SkillPublished } from '@loam/contracts/registry';
import type { SkillEvent } from '../skill.stream';
import { evolveSkill, noSkill, skillEvents } from '../skill.stream';
import { published, scanned, skill } from '../skill.fixtures';
import { renameSkill } from './rename-skill.decider';

const stateOf = (...events: SkillEvent[]) => events.reduce(evolveSkill, noSkill);
/** The same with digests that pass for some. */
const stored = (...events: SkillEvent[]): SkillEvent[] =>
  events.map((event) =>
    event.type === SkillPublished.name
      ? { ...event, data: { ...event.data, sha256: 'a'.repeat(64) } }
      : event,
  );
const told = new Map(
  ['1.0.0', '1.1.0'].map((version) => [
    version,
    { description: 'd', publishedAt: '2026-11-21T12:00:00.000Z' },
  ]),
);
const command = { ...skill, to: 'b', told };

it('an item goes on under its new name as what it was, and leaves nothing but the way there', () => {
  const before = stateOf(
    ...stored(published('1.0.0'), scanned('1.0.0'), published('1.1.0'), scanned('1.1.0', 'blocked')),
  );
  const decision = renameSkill(command, before);
  if ('rejected' in decision) throw new Error(decision.detail);
  expect(evolveSkill(before, skillEvents.parse(decision.end))).toEqual({ ...noSkill, renamedTo: 'b' });
  const after = stateOf(skillEvents.parse(decision.beginning));
  expect([...after.versions.keys()]).toEqual(['1.0.0', '1.1.0']);
  for (const [version, state] of before.versions) expect(after.versions.get(version)).toMatchObject(state);
});

it('what is not there, or was renamed before, is refused', () => {
  expect(renameSkill(command, noSkill)).toMatchObject({ rejected: 'skill-not-found' });
  expect(renameSkill(command, { ...noSkill, renamedTo: 'c' })).toMatchObject({ rejected: 'skill-renamed' });
});
