import { createHash } from 'node:crypto';
import { z } from 'zod';
import { fingerprintSchema, sha256Schema, slugSchema } from '@loam/contracts/skill';
import type { archiveFaultSchema } from '@loam/contracts/transfer';
import { SkillErased, SkillPublished } from '@loam/contracts/registry';
import type { RecordedEvent } from '@loam/event-store';

/** The entries of an archive, in this order; bundles follow, sorted by their digests. */
export const MANIFEST = 'manifest.json';
export const EVENTS = 'events.ndjson';
export const BUNDLES = 'bundles/';

export const manifestSchema = z.strictObject({
  format: z.literal('loam-tenant'),
  version: z.literal(1),
  tenant: z.strictObject({ slug: slugSchema, id: z.uuid() }),
  events: z.strictObject({ count: z.int().min(0), bytes: z.int().min(0), sha256: sha256Schema }),
  /** `sha256` is of the digests, sorted, one per line. */
  bundles: z.strictObject({ count: z.int().min(0), bytes: z.int().min(0), sha256: sha256Schema }),
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
    } else if (type === SkillErased.name) {
      const { kind, slug, versions } = SkillErased.schema.parse(data);
      for (const { version } of versions) this.versions.delete(`${kind} ${slug} ${version}`);
    }
  }

  /** By digest, sorted. */
  all(): Map<string, Needed> {
    const byDigest = [...this.versions.values()].map(({ sha256, ...needed }) => [sha256, needed] as const);
    return new Map(byDigest.sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
