import { createHash } from 'node:crypto';
import { z } from 'zod';
import { fingerprintSchema, sha256Schema, slugSchema } from '@loam/contracts/skill';
import type { archiveFaultSchema } from '@loam/contracts/transfer';
import { PlanImported } from '@loam/contracts/plans';
import { ProjectDeleted } from '@loam/contracts/projects';
import { SkillRenamed } from '@loam/contracts/names';
import { SkillErased, SkillPublished } from '@loam/contracts/registry';
import type { RecordedEvent } from '@loam/event-store';

/** The entries of an archive, in this order; bundles follow, then the texts of plans, each sorted by digest. */
export const MANIFEST = 'manifest.json';
export const EVENTS = 'events.ndjson';
export const BUNDLES = 'bundles/';
export const PLANS = 'plans/';

/** `sha256` is of the digests, sorted, one per line. */
const objectsSchema = z.strictObject({
  count: z.int().min(0),
  bytes: z.int().min(0),
  sha256: sha256Schema,
});

export const manifestSchema = z.strictObject({
  format: z.literal('loam-tenant'),
  version: z.literal(1),
  tenant: z.strictObject({ slug: slugSchema, id: z.uuid() }),
  events: z.strictObject({ count: z.int().min(0), bytes: z.int().min(0), sha256: sha256Schema }),
  bundles: objectsSchema,
  plans: objectsSchema,
});
export type Manifest = z.output<typeof manifestSchema>;

/** An archive that is not taken in: what exactly is wrong with it. */
export class ArchiveFault extends Error {
  constructor(
    readonly code: z.output<typeof archiveFaultSchema>['code'],
    readonly detail: string,
  ) {
    super(`${code}: ${detail}`);
  }
}

/** The digest of a list of digests. */
export const digestOf = (digests: readonly string[]): string =>
  createHash('sha256')
    .update(
      [...digests]
        .sort()
        .map((digest) => `${digest}\n`)
        .join(''),
    )
    .digest('hex');

/** What a manifest says of objects of these digests and sizes. */
export const summaryOf = (
  objects: ReadonlyMap<string, { readonly bytes: number }>,
): z.output<typeof objectsSchema> => ({
  count: objects.size,
  bytes: [...objects.values()].reduce((sum, { bytes }) => sum + bytes, 0),
  sha256: digestOf([...objects.keys()]),
});

const sorted = <T>(objects: Iterable<readonly [string, T]>): Map<string, T> =>
  new Map([...objects].sort(([a], [b]) => (a < b ? -1 : 1)));

interface Needed {
  readonly bytes: number;
  readonly fingerprint: string;
}

/** The bundles that a log needs: those of its versions, without the erased ones. */
export class NeededBundles {
  private readonly versions = new Map<string, Needed & { readonly sha256: string }>();

  /** @param event in the newest version of its definition */
  take({ type, data }: Pick<RecordedEvent, 'type' | 'data'>): void {
    if (type === SkillPublished.name) {
      const { kind, slug, version, sha256, bytes, fingerprint } = SkillPublished.schema.parse(data);
      this.versions.set(`${kind} ${slug} ${version}`, {
        sha256,
        bytes,
        fingerprint: fingerprintSchema.parse(fingerprint),
      });
    } else if (type === SkillRenamed.name) {
      const { kind, slug, to, versions } = SkillRenamed.schema.parse(data);
      for (const version of versions) {
        const needed = this.versions.get(`${kind} ${slug} ${version}`);
        this.versions.delete(`${kind} ${slug} ${version}`);
        if (needed !== undefined) this.versions.set(`${kind} ${to} ${version}`, needed);
      }
    } else if (type === SkillErased.name) {
      const { kind, slug, versions } = SkillErased.schema.parse(data);
      for (const { version } of versions) this.versions.delete(`${kind} ${slug} ${version}`);
    }
  }

  /** By digest, sorted. */
  all(): Map<string, Needed> {
    return sorted([...this.versions.values()].map(({ sha256, ...needed }) => [sha256, needed] as const));
  }
}

/** The texts that a log needs: those of the plans of its projects, without the deleted ones. */
export class NeededPlans {
  private readonly byProject = new Map<string, Map<string, { readonly bytes: number }>>();

  /** @param event in the newest version of its definition */
  take({ type, data }: Pick<RecordedEvent, 'type' | 'data'>): void {
    if (type === PlanImported.name) {
      const { slug, sha256, bytes } = PlanImported.schema.parse(data);
      this.byProject.set(slug, new Map(this.byProject.get(slug)).set(sha256, { bytes }));
    } else if (type === ProjectDeleted.name) this.byProject.delete(ProjectDeleted.schema.parse(data).slug);
  }

  /** By digest, sorted. */
  all(): Map<string, { readonly bytes: number }> {
    return sorted([...this.byProject.values()].flatMap((plans) => [...plans]));
  }
}
