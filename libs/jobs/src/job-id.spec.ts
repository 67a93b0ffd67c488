import * as fc from 'fast-check';
import { deadIdIn, deadIdOf, jobIdOf, letterIdOf } from './job-id';

describe('the id of a job', () => {
  it('is the same for the same job, tenant and key, and another for any other', () => {
    fc.assert(
      fc.property(
        fc.tuple(fc.string(), fc.string(), fc.string()),
        fc.tuple(fc.string(), fc.string(), fc.string()),
        (a, b) => {
          expect(jobIdOf(...a) === jobIdOf(...b)).toBe(JSON.stringify(a) === JSON.stringify(b));
        },
      ),
    );
  });

  it('is one that BullMQ takes: no colon, not digits only', () => {
    fc.assert(fc.property(fc.string(), (key) => /^k[0-9a-f]{40}$/.test(jobIdOf('q', 't', key))));
  });
});

describe('the id of a dead letter', () => {
  it('can stand in a URL as it is and leads back to queue and job', () => {
    const id = letterIdOf('capturer.draft', deadIdOf('repeat:nightly-run:1760000000000'));
    expect(id).toBe('job-capturer.draft-repeat~nightly-run~1760000000000');
    expect(encodeURIComponent(id)).toBe(id);
    expect(deadIdIn('capturer.draft', id)).toBe('repeat~nightly-run~1760000000000');
    expect(deadIdIn('capturer.other', id)).toBeUndefined();
  });
});
