import { compareBuild, prerelease } from 'semver';

/** The version that an item shows: the highest stable one, or the highest of all where none is stable. */
export function latestOf<V extends { readonly version: string }>(versions: readonly V[]): V | undefined {
  const stable = versions.filter(({ version }) => prerelease(version) === null);
  return [...(stable.length > 0 ? stable : versions)]
    .sort((one, other) => compareBuild(one.version, other.version))
    .at(-1);
}
