import { SkillUnyanked, SkillYanked } from '@loam/contracts/registry';
import { specification } from '@loam/testing';
import { published, skill } from '../skill.fixtures';
import type { SkillEvent } from '../skill.stream';
import { unyankSkill, yankSkill } from './yank-skill.decider';

const first = { ...skill, version: '1.0.0' };
const yanked = (reason: string): SkillEvent => ({ type: SkillYanked.name, data: { ...first, reason } });
const unyanked: SkillEvent = { type: SkillUnyanked.name, data: first };

describe('yanking a version', () => {
  const given = specification(yankSkill).given;

  it('PUB-05 keeps the reason', () => {
    given(published('1.0.0'))
      .when({ ...first, reason: 'broken' })
      .then(yanked('broken'));
  });
  it('changes nothing when it is yanked', () => {
    given(published('1.0.0'), yanked('broken'))
      .when({ ...first, reason: 'other' })
      .thenNothingHappens();
  });
  it('refuses what does not exist', () => {
    given()
      .when({ ...first, reason: 'r' })
      .thenRefused('skill-not-found');
    given(published('2.0.0'))
      .when({ ...first, reason: 'r' })
      .thenRefused('version-not-found');
  });
});

describe('taking a yank back', () => {
  const given = specification(unyankSkill).given;

  it('is possible once', () => {
    given(published('1.0.0'), yanked('broken')).when(first).then(unyanked);
    given(published('1.0.0'), yanked('broken'), unyanked).when(first).thenNothingHappens();
  });
});
