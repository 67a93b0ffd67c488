import { SkillArchived, SkillUnarchived } from '@loam/contracts/registry';
import { specification } from '@loam/testing';
import { published, skill } from '../skill.fixtures';
import type { SkillEvent } from '../skill.stream';
import { unarchiveSkill } from './unarchive-skill.decider';

const whole = { ...skill, version: null };
const archived = (...versions: string[]): SkillEvent => ({
  type: SkillArchived.name,
  data: { ...skill, versions },
});
const back = (...versions: string[]): SkillEvent => ({
  type: SkillUnarchived.name,
  data: { ...skill, versions },
});

describe('bringing an item back', () => {
  const given = specification(unarchiveSkill).given;
  const history = [published('1.0.0'), published('2.0.0'), archived('1.0.0', '2.0.0')] as const;

  it('brings back every archived version', () => {
    given(...history)
      .when(whole)
      .then(back('1.0.0', '2.0.0'));
  });
  it('DEC-08 restores exactly what the last archiving took, once', () => {
    const before = [published('1.0.0'), published('2.0.0'), archived('1.0.0')] as const;
    given(...before, archived('2.0.0'))
      .when(whole)
      .then(back('2.0.0'));
    given(...before, archived('2.0.0'), back('2.0.0'))
      .when(whole)
      .thenNothingHappens();
  });
  it('brings back one version and no other', () => {
    given(...history)
      .when({ ...skill, version: '1.0.0' })
      .then(back('1.0.0'));
  });
  it('changes nothing when nothing is archived', () => {
    given(published('1.0.0')).when(whole).thenNothingHappens();
    given(...history, back('1.0.0', '2.0.0'))
      .when(whole)
      .thenNothingHappens();
  });
  it('refuses what does not exist', () => {
    given().when(whole).thenRefused('skill-not-found');
  });
});
