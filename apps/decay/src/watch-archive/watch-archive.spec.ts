import { specification } from '@loam/testing';
import { SkillRetired, type VitalsEvent } from '../vitals.stream';
import { watchArchive } from './watch-archive.decider';

const archive = (...versions: string[]) => ({ kind: 'skill', slug: 'a', versions }) as const;
const retired = (...versions: string[]): VitalsEvent => ({
  type: SkillRetired.name,
  data: { kind: 'skill', slug: 'a', versions },
});

describe('watching the archive', () => {
  const { given } = specification(watchArchive);

  it('retires versions, even those whose publication was not heard of yet', () => {
    given().when(archive('1.0.0', '2.0.0')).then(retired('1.0.0', '2.0.0'));
  });

  it('retires each version once', () => {
    given(retired('1.0.0')).when(archive('1.0.0')).thenNothingHappens();
    given(retired('1.0.0')).when(archive('1.0.0', '2.0.0')).then(retired('2.0.0'));
    given().when(archive('1.0.0', '1.0.0')).then(retired('1.0.0'));
    given().when(archive()).thenNothingHappens();
  });
});
