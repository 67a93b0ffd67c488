import { SkillErased } from '@loam/contracts/registry';
import { specification } from '@loam/testing';
import { published, skill } from '../skill.fixtures';
import type { SkillEvent } from '../skill.stream';
import { eraseSkill } from './erase-skill.decider';

const whole = { ...skill, version: null, reason: 'a secret' };
const erased = (...versions: string[]): SkillEvent => ({
  type: SkillErased.name,
  data: {
    ...{ ...skill, reason: 'a secret' },
    versions: versions.map((version) => ({ version, sha256: version })),
  },
});

describe('erasing an item', () => {
  const given = specification(eraseSkill).given;

  it('names the digests whose bytes must go', () => {
    given(published('1.0.0'), published('2.0.0')).when(whole).then(erased('1.0.0', '2.0.0'));
    given(published('1.0.0'), published('2.0.0'))
      .when({ ...whole, version: '1.0.0' })
      .then(erased('1.0.0'));
  });
  it('changes nothing when it is erased', () => {
    given(published('1.0.0'), erased('1.0.0')).when(whole).thenNothingHappens();
  });
  it('refuses what does not exist', () => {
    given().when(whole).thenRefused('skill-not-found');
  });
});
