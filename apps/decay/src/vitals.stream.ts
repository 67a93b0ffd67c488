import { z } from 'zod';
import {
  CandidateChanged,
  CandidateCleared,
  CandidateFlagged,
  OwnerNotified,
  type DecayState,
} from '@loam/contracts/decay';
import { decidedBySchema, type DecayRule } from '@loam/contracts/decay-policy';
import { defineEvent, factSchema } from '@loam/contracts/define';
import { itemSchema, slugSchema, versionSchema, type Item } from '@loam/contracts/skill';
import { SkillUsed } from '@loam/contracts/telemetry';

export const SkillObserved = defineEvent(
  'decay.skill-observed',
  1,
  itemSchema.extend({
    version: versionSchema,
    description: z.string(),
    publishedAt: z.iso.datetime(),
    /** Absent from events of before any of these mattered, and from those of an item that was renamed. */
    tags: z.array(z.string()).optional(),
    requires: z.array(slugSchema).optional(),
    fingerprint: z.string().optional(),
    publishedBy: z.string().optional(),
    /** The revision of the item's stream in the registry that tells it. */
    asOf: z.int().optional(),
    /** Absent also where it was not judged when it was published, and from events of before that was told. */
    evaluatedAt: z.iso.datetime().optional(),
  }),
  { summary: 'A version came into the catalog.' },
);

/** The revision of the item's stream in the registry, by which later news is told from earlier. */
const asOfSchema = z.object({
  /** Absent from events of before anything could come back. */
  asOf: z.int().optional(),
});

export const SkillRetired = defineEvent(
  'decay.skill-retired',
  1,
  itemSchema.extend({ versions: z.array(versionSchema).min(1), ...asOfSchema.shape }),
  { summary: 'These versions left the catalog.' },
);

export const SkillReturned = defineEvent(
  'decay.skill-returned',
  1,
  itemSchema.extend({
    versions: z.array(versionSchema).min(1),
    ...asOfSchema.shape,
    /** When; absent from events of before it mattered. */
    at: z.iso.datetime().optional(),
  }),
  { summary: 'These versions came back into the catalog.' },
);

export const UsageObserved = defineEvent(
  'decay.usage-observed',
  1,
  /** `toldAs`: the name that the item had when telemetry counted it, where that is another one. */
  SkillUsed.schema.extend({ toldAs: slugSchema.optional() }),
  { summary: 'A version was used on a day, so often so far.' },
);

export const ItemRenamed = defineEvent('decay.item-renamed', 1, itemSchema.extend({ to: slugSchema }), {
  summary: 'An item has another name; what is told of it under this one counts for that.',
});

export const HistoryTaken = defineEvent(
  'decay.history-taken',
  1,
  itemSchema.extend({
    from: slugSchema,
    pinned: z.boolean(),
    snoozedUntil: z.iso.datetime().nullable(),
  }),
  { summary: 'An item goes on with the uses that it had under another name.' },
);

export const EvaluationObserved = defineEvent(
  'decay.evaluation-observed',
  1,
  itemSchema.extend({ version: versionSchema, at: z.iso.datetime() }),
  { summary: 'A version was judged.' },
);

export const ArchiveRequested = defineEvent(
  'decay.archive-requested',
  1,
  itemSchema.extend({ policy: decidedBySchema }),
  { summary: 'The registry is to archive an item, since its owner was told and nobody used it.' },
);

export const ItemPinned = defineEvent('decay.item-pinned', 1, itemSchema.extend({ pinned: z.boolean() }), {
  summary: 'An item is never to be a candidate, or may be one again.',
});

export const ItemSnoozed = defineEvent(
  'decay.item-snoozed',
  1,
  itemSchema.extend({ until: z.iso.datetime().nullable() }),
  { summary: 'An item is no candidate until then; null ends it.' },
);

/** Every event of an item's stream. */
export const vitalsDefinitions = [
  ...[SkillObserved, SkillRetired, SkillReturned, UsageObserved, EvaluationObserved],
  ...[CandidateFlagged, CandidateChanged, CandidateCleared, OwnerNotified, ArchiveRequested, ItemPinned],
  ...[ItemSnoozed, ItemRenamed, HistoryTaken],
] as const;

export const vitalsEvents = z.union([
  factSchema(SkillObserved),
  factSchema(SkillRetired),
  factSchema(SkillReturned),
  factSchema(UsageObserved),
  factSchema(EvaluationObserved),
  factSchema(CandidateFlagged),
  factSchema(CandidateChanged),
  factSchema(CandidateCleared),
  factSchema(OwnerNotified),
  factSchema(ArchiveRequested),
  factSchema(ItemPinned),
  factSchema(ItemSnoozed),
  factSchema(ItemRenamed),
  factSchema(HistoryTaken),
]);
export type VitalsEvent = z.output<typeof vitalsEvents>;

export const vitalsStream = (tenant: string, { kind, slug }: Item): string =>
  `vitals:${tenant}:${kind}:${slug}`;

/** What is known of a version. It may have been retired before its publication was heard of. */
export interface VersionState {
  readonly observed: boolean;
  readonly retired: boolean;
  /** How recent the news is of its being retired or not; -1 where there was none. */
  readonly asOf: number;
  readonly evaluatedAt: string | null;
}

/** What was counted of a day. */
export interface DayState {
  readonly sequence: number;
  readonly uses: number;
  readonly successes: number;
}

/** What decisions need to know of an item. */
export interface Vitals {
  readonly versions: ReadonlyMap<string, VersionState>;
  readonly days: ReadonlyMap<string, DayState>;
  readonly state: DecayState;
  /** Why it is a candidate. */
  readonly rules: readonly DecayRule[];
  readonly pinned: boolean;
  readonly snoozedUntil: string | null;
}

export const unknownItem: Vitals = {
  ...{ versions: new Map(), days: new Map(), state: 'live', rules: [], pinned: false, snoozedUntil: null },
};
const unknownVersion: VersionState = { observed: false, retired: false, asOf: -1, evaluatedAt: null };

/** A day of a version under a name; the version is empty where it is unknown, the name where it is the item's own. */
export interface UseDay {
  readonly version: string | null;
  readonly day: string;
  readonly toldAs?: string | undefined;
}

export const dayKey = ({ version, day, toldAs = '' }: UseDay): string => `${day} ${version ?? ''} ${toldAs}`;

type Use = z.output<typeof UsageObserved.schema>;

/** How often it was used on the day: what telemetry calls uses. */
export const usesOf = ({ views, downloads, activations = 0, invocations = 0 }: Use): number =>
  views + downloads + activations + invocations;

/** Of the judgement at its publication and one that was heard of before, the later counts. */
function observedNow(
  { version, evaluatedAt }: z.output<typeof SkillObserved.schema>,
  known: ReadonlyMap<string, VersionState>,
): Partial<VersionState> {
  const before = known.get(version)?.evaluatedAt ?? null;
  const isLater =
    evaluatedAt !== undefined && (before === null || Date.parse(evaluatedAt) > Date.parse(before));
  return { observed: true, evaluatedAt: isLater ? evaluatedAt : before };
}

export const isCandidate = ({ state }: Pick<Vitals, 'state'>): boolean =>
  state === 'candidate' || state === 'notified';

/** That an item is no candidate any more, where no sweep decided it. */
export const cleared = (item: Item, because: 'used' | 'exempt' | 'archived'): VitalsEvent => ({
  type: CandidateCleared.name,
  data: { ...item, because, exemptions: [], policy: null, inputs: null },
});

/** That an item is a candidate for less than before, where no sweep decided it. */
export const changed = (item: Item, rules: DecayRule[]): VitalsEvent => ({
  type: CandidateChanged.name,
  data: { ...item, rules, because: 'used', policy: null, inputs: null },
});

export function evolveVitals(state: Vitals, event: VitalsEvent): Vitals {
  const versions = new Map(state.versions);
  const change = (version: string, what: Partial<VersionState>) =>
    versions.set(version, { ...(versions.get(version) ?? unknownVersion), ...what });
  switch (event.type) {
    case SkillObserved.name:
      return { ...state, versions: change(event.data.version, observedNow(event.data, versions)) };
    case SkillRetired.name:
    case SkillReturned.name: {
      const news = { retired: event.type === SkillRetired.name, asOf: event.data.asOf ?? -1 };
      for (const version of event.data.versions) change(version, news);
      return { ...state, versions };
    }
    case UsageObserved.name: {
      const { sequence, successes = 0 } = event.data;
      const day = { sequence, uses: usesOf(event.data), successes };
      return { ...state, days: new Map(state.days).set(dayKey(event.data), day) };
    }
    case EvaluationObserved.name:
      return { ...state, versions: change(event.data.version, { evaluatedAt: event.data.at }) };
    case CandidateFlagged.name:
      return { ...state, state: 'candidate', rules: event.data.reasons.map(({ rule }) => rule) };
    case CandidateChanged.name:
      return { ...state, rules: event.data.rules };
    case CandidateCleared.name:
      return { ...state, state: 'live', rules: [] };
    case OwnerNotified.name:
      return { ...state, state: 'notified' };
    case ArchiveRequested.name:
    case ItemRenamed.name:
      return state;
    case HistoryTaken.name:
      return {
        ...state,
        pinned: state.pinned || event.data.pinned,
        snoozedUntil: event.data.snoozedUntil ?? state.snoozedUntil,
      };
    case ItemPinned.name:
      return { ...state, pinned: event.data.pinned };
    case ItemSnoozed.name:
      return { ...state, snoozedUntil: event.data.until };
  }
}
