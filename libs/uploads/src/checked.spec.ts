import { bundleProblems } from '@loam/bundles';
import { bundleProblemCodes } from '@loam/contracts/problems';

it('answers every problem that the bundle reader knows with a declared code', () => {
  expect(
    Object.keys(bundleProblems).filter((code) => !bundleProblemCodes.some((known) => known === code)),
  ).toEqual([]);
});
