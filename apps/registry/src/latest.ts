import { compareBuild, prerelease } from 'semver';

/**
 * The version that an item shows: the highest stable one, or the highest of all where none is stable. Never the
 * newest upload: a backport does not become the latest. (Semantic Versioning 2.0.0 section 11; builds break ties.)
 */
export function latestOf(versions: readonly string[]): string | undefined {
  const stable = versions.filter((version) => prerelease(version) === null);
  return [...(stable.length > 0 ? stable : versions)].sort(compareBuild).at(-1);
}
