import { compareBuild, maxSatisfying, prerelease, satisfies, validRange } from 'semver';
import { versionSchema, type Newer, type SkillStatus, type Verdict } from '@loam/contracts/skill';
import { reject, type Rejection } from '@loam/kernel';

/** A version of an item, as far as choosing among versions needs to know it. */
export interface Candidate {
  readonly version: string;
  readonly status: SkillStatus;
  readonly verdict: Verdict;
}

/** The version that each channel of an item points at. */
export type Channels = ReadonlyMap<string, string>;

const isCleared = ({ verdict }: Candidate): boolean => verdict === 'pass' || verdict === 'review';

/** Whether a version is found by those who did not ask for exactly this one. */
export const isLive = (candidate: Candidate): boolean =>
  candidate.status === 'published' && isCleared(candidate);

/** Whether the bytes of a version may be handed out to those who ask for exactly this one. */
export const isInstallable = (candidate: Candidate): boolean =>
  candidate.status !== 'erased' && isCleared(candidate);

const isStable = (version: string): boolean => prerelease(version) === null;

/**
 * The highest stable version, or the highest of all where none is stable. Never the newest upload: a backport does
 * not become the latest. (Semantic Versioning 2.0.0 section 11; builds break ties.)
 */
export function highestOf(versions: readonly string[]): string | undefined {
  const stable = versions.filter(isStable);
  return [...(stable.length > 0 ? stable : versions)].sort(compareBuild).at(-1);
}

/** What an item shows: where `latest` is pinned, if that is live; else the highest live version. */
export function latestOf(candidates: readonly Candidate[], channels: Channels): string | undefined {
  const live = candidates.filter(isLive).map(({ version }) => version);
  const pinned = channels.get('latest');
  return pinned !== undefined && live.includes(pinned) ? pinned : highestOf(live);
}

/** The highest version that there is and that is not live, and what keeps it; an erased one is no version. */
export function highestWithheld(candidates: readonly Candidate[]): Newer | null {
  const kept = candidates.filter((candidate) => candidate.status !== 'erased' && !isLive(candidate));
  const [highest] = kept.sort((a, b) => compareBuild(b.version, a.version));
  if (highest === undefined || highest.status === 'erased') return null;
  return {
    version: highest.version,
    status: highest.status === 'published' ? 'held' : highest.status,
  };
}

/** The highest version above `answer` that is kept from being the answer, and by what. */
export const newerThan = (answer: string, candidates: readonly Candidate[]): Newer | null =>
  highestWithheld(
    candidates.filter(
      ({ version }) => (isStable(version) || !isStable(answer)) && compareBuild(version, answer) > 0,
    ),
  );

interface Selection {
  readonly version: string;
  readonly newer: Newer | null;
}

/** The highest live version of a range; prereleases only where the range names one, as npm has it. */
function inRange(range: string, candidates: readonly Candidate[]): Selection | undefined {
  const live = candidates.filter(isLive).map(({ version }) => version);
  const version = maxSatisfying(live, range);
  if (version === null) return undefined;
  return {
    version,
    newer: newerThan(
      version,
      candidates.filter((each) => satisfies(each.version, range)),
    ),
  };
}

/**
 * The version that a selector means: an exact version whatever became of it, the highest live one of a semver range,
 * or what a channel points at, if that is live. Without a selector, the latest.
 */
export function selectVersion(
  selector: string | null,
  candidates: readonly Candidate[],
  channels: Channels,
): Selection | Rejection<'version-not-found'> {
  if (selector !== null && versionSchema.safeParse(selector).success) {
    const exact = candidates.find(({ version }) => version === selector);
    return exact === undefined ? notFound(selector) : { version: selector, newer: null };
  }
  if (selector !== null && validRange(selector) !== null)
    return inRange(selector, candidates) ?? notFound(selector);
  if (selector !== null && selector !== 'latest') {
    const target = candidates.find(({ version }) => version === channels.get(selector));
    if (target === undefined || !isLive(target)) return notFound(selector);
    return { version: target.version, newer: null };
  }
  const version = latestOf(candidates, channels);
  return version === undefined ? notFound('latest') : { version, newer: newerThan(version, candidates) };
}

const notFound = (selector: string): Rejection<'version-not-found'> =>
  reject('version-not-found', `No version answers to ${selector}.`);
