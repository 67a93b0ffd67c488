import { compareBuild, prerelease } from 'semver';

const isStable = (version: string): boolean => prerelease(version) === null;

/** Orders versions as they are preferred: stable ones before others, and each from the highest down. */
export const byPreference = (a: { readonly version: string }, b: { readonly version: string }): number =>
  Number(isStable(b.version)) - Number(isStable(a.version)) || compareBuild(b.version, a.version);
