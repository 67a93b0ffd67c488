import type { Database } from '@loam/database';
import type { EventStore } from '@loam/event-store';
import type { Log } from '@loam/service';
import { publishAsLeader } from './publish-usage/publish-as-leader';
import { wishesOf } from './record-signals/wishes';
import { Repeated } from './repeated';

interface Parts {
  readonly config: { readonly LOAM_USAGE_PUBLISH_MS: number };
  readonly database: Database;
  readonly store: EventStore;
  readonly log: Log;
}

const DAY_MS = 86_400_000;
/** How soon what a tenant has decided holds. */
const WISHES_MS = 1000;

/** What telemetry does unasked: it publishes what was used, and makes room for the coming months. */
export async function beginWork({ config, database, store, log }: Parts): Promise<() => Promise<void>> {
  const publishMs = config.LOAM_USAGE_PUBLISH_MS;
  const wishes = wishesOf(database);
  await wishes.refresh();
  const work = [
    new Repeated({
      everyMs: WISHES_MS,
      work: () => wishes.refresh(),
      onError: (error) => {
        log.warn({ err: error }, 'what tenants wish not to be recorded is not known anew');
      },
    }),
    new Repeated({
      everyMs: publishMs,
      work: (signal) => publishAsLeader(store, publishMs, signal),
      onError: (error) => {
        log.warn({ err: error }, 'the use of skills waits to be published');
      },
    }),
    new Repeated({
      everyMs: DAY_MS,
      work: async () => {
        await database.system((tx) => tx.query('SELECT ensure_usage_partitions()'));
      },
      onError: (error) => {
        log.warn({ err: error }, 'the partitions of the coming months are not there yet');
      },
    }),
  ];
  for (const each of work) each.start();
  return async () => {
    await Promise.all(work.map((each) => each.stop()));
  };
}
