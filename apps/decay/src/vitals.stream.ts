import { z } from 'zod';
import { defineEvent, factSchema } from '@loam/contracts/define';
import { itemSchema, versionSchema, type Item } from '@loam/contracts/skill';
import { SkillUsed } from '@loam/contracts/telemetry';

export const SkillObserved = defineEvent(
  'decay.skill-observed',
  1,
  itemSchema.extend({ version: versionSchema, description: z.string(), publishedAt: z.iso.datetime() }),
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
  itemSchema.extend({ versions: z.array(versionSchema).min(1), ...asOfSchema.shape }),
  { summary: 'These versions came back into the catalog.' },
);

export const UsageObserved = defineEvent('decay.usage-observed', 1, SkillUsed.schema, {
  summary: 'A version was used on a day, so often so far.',
});

export const vitalsEvents = z.union([
  factSchema(SkillObserved),
  factSchema(SkillRetired),
  factSchema(SkillReturned),
  factSchema(UsageObserved),
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
}

/** What decisions need to know of an item: its versions, and how far each day of use has been counted. */
export interface Vitals {
  readonly versions: ReadonlyMap<string, VersionState>;
  readonly sequences: ReadonlyMap<string, number>;
}

export const unknownItem: Vitals = { versions: new Map(), sequences: new Map() };
const unknownVersion: VersionState = { observed: false, retired: false, asOf: -1 };

/** Names the day of a version; the version is empty where it is unknown. */
export const dayKey = ({ version, day }: { readonly version: string | null; readonly day: string }): string =>
  `${day} ${version ?? ''}`;

export function evolveVitals(state: Vitals, event: VitalsEvent): Vitals {
  const versions = new Map(state.versions);
  const change = (version: string, what: Partial<VersionState>) =>
    versions.set(version, { ...(versions.get(version) ?? unknownVersion), ...what });
  switch (event.type) {
    case SkillObserved.name:
      return { ...state, versions: change(event.data.version, { observed: true }) };
    case SkillRetired.name:
    case SkillReturned.name: {
      const news = { retired: event.type === SkillRetired.name, asOf: event.data.asOf ?? -1 };
      for (const version of event.data.versions) change(version, news);
      return { ...state, versions };
    }
    case UsageObserved.name:
      return {
        ...state,
        sequences: new Map(state.sequences).set(dayKey(event.data), event.data.sequence),
      };
  }
}
