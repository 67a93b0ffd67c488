import type { BlobStore } from '@loam/blobs';
import { GetTenant } from '@loam/contracts/gateway';
import { followLog, type EventStore, type Follower } from '@loam/event-store';
import type { JobRun, Jobs } from '@loam/jobs';
import { valueOf, type Bus } from '@loam/messaging';
import type { registryJobs } from '../registry.jobs';
import { CatalogMirror } from './catalog-mirror';
import { bringTold } from './told-turn';

interface MirrorParts {
  readonly store: EventStore;
  readonly blobs: BlobStore;
  readonly bus: Bus;
  readonly log: { warn(facts: object, message: string): void };
  readonly config: {
    readonly LOAM_MIRROR_DIR?: string | undefined;
    readonly LOAM_MIRROR_REMOTE?: string | undefined;
  };
}

type Mirror = (data: { readonly rebuild: boolean }, run: JobRun) => Promise<void>;

/** The work of the job: what the log holds by now is in the repository when it has ended. */
export function mirrorCatalog({ store, blobs, bus, log, config }: MirrorParts): Mirror {
  const { LOAM_MIRROR_DIR: folder, LOAM_MIRROR_REMOTE: remote } = config;
  // Owed from a time when there was a mirror.
  if (folder === undefined) return async () => undefined;
  const mirror = new CatalogMirror({ store, blobs, folder, remote });
  return async ({ rebuild }, { tenant, signal, context }) => {
    if (tenant === null) throw new Error('a mirror belongs to a tenant');
    const actor = { type: 'service' as const, id: 'registry' };
    const { slug } = valueOf(
      await bus.request(GetTenant, {}, { identity: { tenant, actor, scopes: ['skills:read'] }, ...context }),
    );
    await bringTold(mirror, { tenant, slug, rebuild, signal }, log);
  };
}

interface OweParts extends Pick<MirrorParts, 'store' | 'config'> {
  readonly jobs: Jobs<typeof registryJobs>;
  readonly onError: (error: unknown) => void;
}

const POLL_MS = 1000;

/** Owes the job after every event, by the log itself, so that nothing is lost while Redis is away. */
export function oweMirror({ store, config, jobs, onError }: OweParts): Follower | undefined {
  if (config.LOAM_MIRROR_DIR === undefined) return undefined;
  const follower = followLog({
    ...{ store, name: 'mirror', pollMs: POLL_MS, onError },
    react: (unit, events) => jobs.intend(unit, 'mirrorCatalog', events.at(-1)?.id ?? '', { rebuild: false }),
  });
  follower.start();
  return follower;
}
