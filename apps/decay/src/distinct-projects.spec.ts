import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { MOST_PROJECTS } from '@loam/contracts/telemetry';
import { distinctProjects } from './distinct-projects';

/** What is asked of the sketch of so many projects, whose pseudonyms look random. */
const sketched = (seed: number, projects: number) => {
  const numbers = Array.from({ length: projects }, (_, index) =>
    parseInt(
      createHash('sha256')
        .update(`${String(seed)}/${String(index)}`)
        .digest('hex')
        .slice(0, 12),
      16,
    ),
  );
  const sketch = numbers.toSorted((one, other) => one - other).slice(0, MOST_PROJECTS);
  return { sketched: sketch.length, largest_sketched: sketch[MOST_PROJECTS - 1] ?? null };
};

describe('how many projects a sketch stands for', () => {
  it('is exact while it is not full', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat({ max: MOST_PROJECTS - 1 }), (seed, projects) => {
        expect(distinctProjects(sketched(seed, projects))).toEqual({ count: projects, exact: true });
      }),
      { numRuns: 30 },
    );
  });

  it.each([64, 100, 1000])(
    'is estimated without bias and within the stated error of 1 / sqrt(62) for %i',
    (projects) => {
      const errors = Array.from({ length: 200 }, (_, seed) => {
        const { count, exact } = distinctProjects(sketched(seed, projects));
        expect(exact).toBe(false);
        return count / projects - 1;
      });
      const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
      const deviation = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length);
      const stated = 1 / Math.sqrt(MOST_PROJECTS - 2);
      // The bound of the mean of 200, and that of the deviation of 200, at four standard errors.
      expect(Math.abs(mean)).toBeLessThan((4 * stated) / Math.sqrt(200));
      expect(deviation).toBeLessThan(stated * (1 + 4 / Math.sqrt(2 * 200)));
    },
  );
});
