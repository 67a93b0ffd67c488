import { z } from 'zod';
import { factSchema } from '@loam/contracts/define';
import {
  ChannelMoved,
  SkillArchived,
  SkillErased,
  SkillPublished,
  SkillReviewed,
  SkillScanned,
  SkillUnarchived,
  SkillUnyanked,
  SkillYanked,
} from '@loam/contracts/registry';
import { SkillMovedIn, SkillRenamed } from '@loam/contracts/names';
import type { Item, SkillStatus, Verdict } from '@loam/contracts/skill';
import type { Candidate } from './select-version.rules';

/** The stream of one item of a tenant. */
export const skillStream = (tenant: string, { kind, slug }: Item): string =>
  `skill:${tenant}:${kind}:${slug}`;

export const skillEvents = z.union([
  factSchema(SkillPublished),
  factSchema(SkillScanned),
  factSchema(SkillReviewed),
  factSchema(SkillArchived),
  factSchema(SkillUnarchived),
  factSchema(SkillYanked),
  factSchema(SkillUnyanked),
  factSchema(SkillErased),
  factSchema(ChannelMoved),
  factSchema(SkillRenamed),
  factSchema(SkillMovedIn),
]);
export type SkillEvent = z.output<typeof skillEvents>;

export interface VersionState {
  readonly fingerprint: string;
  readonly sha256: string;
  readonly archived: boolean;
  readonly yanked: boolean;
  readonly erased: boolean;
  /** What the newest scan said; pending until there is one. */
  readonly scanned: Verdict;
  /** What a person decided; it outweighs the scan. */
  readonly reviewed: 'allow' | 'block' | null;
}

/** An item: its versions in the order of their publication, and what its channels point at. */
export interface SkillState {
  readonly versions: ReadonlyMap<string, VersionState>;
  readonly channels: ReadonlyMap<string, string>;
  /** What the last archiving took; null where it is not known. */
  readonly lastArchived: readonly string[] | null;
  /** Its name by now, under which everything is; nothing is left here. */
  readonly renamedTo: string | null;
}

export const noSkill: SkillState = {
  ...{ versions: new Map(), channels: new Map(), lastArchived: null, renamedTo: null },
};

export function statusOf({ archived, yanked, erased }: VersionState): SkillStatus {
  if (erased) return 'erased';
  if (archived) return 'archived';
  return yanked ? 'yanked' : 'published';
}

export function verdictOf({ scanned, reviewed }: VersionState): Verdict {
  if (reviewed === null) return scanned;
  return reviewed === 'allow' ? 'pass' : 'blocked';
}

/** The versions as one chooses among them. */
export const candidatesOf = ({ versions }: SkillState): Candidate[] =>
  [...versions].map(([version, state]) => ({ version, status: statusOf(state), verdict: verdictOf(state) }));

const change = (
  state: SkillState,
  versions: readonly string[],
  change: Partial<VersionState>,
): SkillState => {
  const next = new Map(state.versions);
  for (const version of versions) {
    const known = next.get(version);
    if (known !== undefined) next.set(version, { ...known, ...change });
  }
  return { ...state, versions: next };
};

const unscanned = {
  archived: false,
  yanked: false,
  erased: false,
  scanned: 'pending',
  reviewed: null,
} as const;

export function evolveSkill(state: SkillState, { type, data }: SkillEvent): SkillState {
  switch (type) {
    case SkillPublished.name: {
      const { version, fingerprint, sha256 } = data;
      return {
        ...state,
        versions: new Map(state.versions).set(version, { fingerprint, sha256, ...unscanned }),
      };
    }
    case SkillScanned.name:
      return change(state, [data.version], { scanned: data.verdict });
    case SkillReviewed.name:
      return change(state, [data.version], { reviewed: data.decision });
    case SkillArchived.name:
      return { ...change(state, data.versions, { archived: true }), lastArchived: data.versions };
    case SkillUnarchived.name:
      return change(state, data.versions, { archived: false });
    case SkillYanked.name:
      return change(state, [data.version], { yanked: true });
    case SkillUnyanked.name:
      return change(state, [data.version], { yanked: false });
    case SkillErased.name:
      return change(
        state,
        data.versions.map(({ version }) => version),
        { erased: true },
      );
    case SkillRenamed.name:
      return { ...noSkill, renamedTo: data.to };
    case SkillMovedIn.name:
      return {
        versions: new Map(data.versions.map(({ version, ...state }) => [version, state])),
        channels: new Map(data.channels.map(({ channel, version }) => [channel, version])),
        lastArchived: null,
        renamedTo: null,
      };
    case ChannelMoved.name: {
      const channels = new Map(state.channels);
      if (data.version === null) channels.delete(data.channel);
      else channels.set(data.channel, data.version);
      return { ...state, channels };
    }
  }
}
