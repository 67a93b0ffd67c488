import { SkillArchived, SkillErased } from '@loam/contracts/registry';
import { specification } from '@loam/testing';
import { published, skill } from '../skill.fixtures';
import type { SkillEvent } from '../skill.stream';
import { archiveSkill } from './archive-skill.decider';

const whole = { ...skill, version: null };
const archived = (...versions: string[]): SkillEvent => ({
  type: SkillArchived.name,
  data: { ...skill, versions },
});
const erased: SkillEvent = {
  type: SkillErased.name,
  data: { ...skill, versions: [{ version: '1.0.0', sha256: 'a' }], reason: 'r' },
};

describe('archiving an item', () => {
  const given = specification(archiveSkill).given;

  it('archives every version, so that no older one becomes the answer', () => {
    given(published('1.0.0'), published('2.0.0')).when(whole).then(archived('1.0.0', '2.0.0'));
  });
  it('archives one version and no other', () => {
    const one = { ...skill, version: '2.0.0' };
    given(published('1.0.0'), published('2.0.0')).when(one).then(archived('2.0.0'));
  });
  it('changes nothing when all of it is archived', () => {
    given(published('1.0.0'), archived('1.0.0')).when(whole).thenNothingHappens();
  });
  it('archives what was published after an earlier archiving', () => {
    given(published('1.0.0'), archived('1.0.0'), published('2.0.0')).when(whole).then(archived('2.0.0'));
  });
  it('refuses what does not exist, or exists no more', () => {
    given().when(whole).thenRefused('skill-not-found');
    given(published('1.0.0'))
      .when({ ...skill, version: '3.0.0' })
      .thenRefused('version-not-found');
    given(published('1.0.0'), erased).when(whole).thenRefused('version-erased');
  });
});
