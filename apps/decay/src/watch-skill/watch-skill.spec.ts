import { specification } from '@loam/testing';
import { SkillObserved, SkillRetired, type VitalsEvent } from '../vitals.stream';
import { watchSkill } from './watch-skill.decider';

const publication = (version: string) => ({
  ...({ kind: 'skill', slug: 'a', version, description: 'd' } as const),
  publishedAt: '2026-01-01T00:00:00Z',
});
const observed = (version: string): VitalsEvent => ({ type: SkillObserved.name, data: publication(version) });
const retired: VitalsEvent = {
  type: SkillRetired.name,
  data: { kind: 'skill', slug: 'a', versions: ['1.0.0'] },
};

describe('watching publications', () => {
  const { given } = specification(watchSkill);

  it('observes each version once', () => {
    given().when(publication('1.0.0')).then(observed('1.0.0'));
    given(observed('1.0.0')).when(publication('2.0.0')).then(observed('2.0.0'));
    given(observed('1.0.0')).when(publication('1.0.0')).thenNothingHappens();
  });

  it('observes a version whose end was heard of before', () => {
    given(retired).when(publication('1.0.0')).then(observed('1.0.0'));
  });

  it('does not bring back what has left the catalog', () => {
    given(observed('1.0.0'), retired).when(publication('1.0.0')).thenNothingHappens();
  });
});
