import { SkillArchived, SkillPublished } from '@loam/contracts/registry';
import type { Item } from '@loam/contracts/skill';
import { specification } from '@loam/testing';
import type { SkillEvent } from '../skill.stream';
import { archiveSkill } from './archive-skill.decider';

const item: Item = { kind: 'skill', slug: 'a' };
const published = (version: string): SkillEvent => ({
  type: SkillPublished.name,
  data: {
    ...item,
    ...{
      version,
      name: null,
      description: 'd',
      descriptionDerived: false,
      whenToUse: null,
      tags: [],
      requires: [],
    },
    ...{ sha256: '', bytes: 1, fingerprint: '', uploadSha256: '', files: 1, draftId: null },
  },
});
const archived = (...versions: string[]): SkillEvent => ({
  type: SkillArchived.name,
  data: { ...item, versions },
});

describe('archiving an item', () => {
  const given = specification(archiveSkill).given;

  it('archives every live version, so that no older one becomes the answer', () => {
    given(published('1.0.0'), published('2.0.0')).when(item).then(archived('1.0.0', '2.0.0'));
  });
  it('changes nothing when all of it is archived', () => {
    given(published('1.0.0'), archived('1.0.0')).when(item).thenNothingHappens();
  });
  it('archives what was published after an earlier archiving', () => {
    given(published('1.0.0'), archived('1.0.0'), published('2.0.0')).when(item).then(archived('2.0.0'));
  });
  it('refuses what does not exist', () => {
    given().when(item).thenRefused('skill-not-found');
  });
});
