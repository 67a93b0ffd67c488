import { specification } from '@loam/testing';
import { SkillRetired, SkillReturned, type VitalsEvent } from '../vitals.stream';
import { watchArchive } from './watch-archive.decider';

const item = { kind: 'skill', slug: 'a' } as const;
const at = '2026-01-01T00:00:00Z';
const archive = (asOf: number, ...versions: string[]) => ({ ...item, versions, retired: true, asOf, at });
const bringBack = (asOf: number, ...versions: string[]) => ({ ...item, versions, retired: false, asOf, at });
const retired = (asOf: number, ...versions: string[]): VitalsEvent => ({
  ...{ type: SkillRetired.name, data: { ...item, versions, asOf } },
});
const returned = (asOf: number, ...versions: string[]): VitalsEvent => ({
  ...{ type: SkillReturned.name, data: { ...item, versions, asOf, at } },
});

describe('watching the archive', () => {
  const { given } = specification(watchArchive);

  it('retires versions, even those whose publication was not heard of yet', () => {
    given()
      .when(archive(1, '1.0.0', '2.0.0'))
      .then(retired(1, '1.0.0', '2.0.0'));
  });

  it('takes each news of a version once', () => {
    given(retired(1, '1.0.0')).when(archive(1, '1.0.0')).thenNothingHappens();
    given(retired(1, '1.0.0'))
      .when(archive(1, '1.0.0', '2.0.0'))
      .then(retired(1, '2.0.0'));
    given()
      .when(archive(1, '1.0.0', '1.0.0'))
      .then(retired(1, '1.0.0'));
    given().when(archive(1)).thenNothingHappens();
  });

  it('takes back what came back, and ignores news that is older than what is known', () => {
    given(retired(1, '1.0.0')).when(bringBack(2, '1.0.0')).then(returned(2, '1.0.0'));
    given(returned(2, '1.0.0')).when(archive(1, '1.0.0')).thenNothingHappens();
    given(returned(2, '1.0.0')).when(archive(3, '1.0.0')).then(retired(3, '1.0.0'));
  });
});
