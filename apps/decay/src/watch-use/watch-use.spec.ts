import { specification } from '@loam/testing';
import { UsageObserved, type VitalsEvent } from '../vitals.stream';
import { watchUse } from './watch-use.decider';

const use = (sequence: number, said: { version?: string | null; day?: string } = {}) => ({
  ...({ kind: 'skill', slug: 'a', version: '1.0.0', day: '2026-01-01', sequence, views: 0 } as const),
  ...{ downloads: sequence, lastUsedAt: '2026-01-01T10:00:00Z' },
  ...said,
});
const observed = (...given: Parameters<typeof use>): VitalsEvent => ({
  type: UsageObserved.name,
  data: use(...given),
});

describe('watching use', () => {
  const { given } = specification(watchUse);

  it('observes what tells more of a day than before', () => {
    given().when(use(1)).then(observed(1));
    given(observed(1)).when(use(5)).then(observed(5));
  });

  it('passes over what is told again or comes late', () => {
    given(observed(5)).when(use(5)).thenNothingHappens();
    given(observed(1), observed(5)).when(use(4)).thenNothingHappens();
  });

  it('counts each day and version apart, the unknown version among them', () => {
    given(observed(5))
      .when(use(1, { day: '2026-01-02' }))
      .then(observed(1, { day: '2026-01-02' }));
    given(observed(5))
      .when(use(1, { version: '2.0.0' }))
      .then(observed(1, { version: '2.0.0' }));
    given(observed(5))
      .when(use(1, { version: null }))
      .then(observed(1, { version: null }));
  });
});
