import { DigestMade } from '@loam/contracts/decay';
import { fact } from '@loam/contracts/define';
import { NO_STREAM, type EventStore } from '@loam/event-store';
import { digestStream } from '../digest.stream';
import { readDigest } from '../digest.queries';
import { ownContext } from '../own-context';
import { tenantsOf } from '../tenants.queries';

const DAY_MS = 86_400_000;

/** The Monday, 00:00 UTC, on which the week of a moment began. */
const mondayOf = (now: Date): Date => {
  const day = Math.floor(now.getTime() / DAY_MS);
  // The first of January 1970 was a Thursday.
  return new Date((day - ((day + 3) % 7)) * DAY_MS);
};

/** Tells each tenant what the last full week came to; the stream of the week holds one event, whoever writes it. */
export async function makeDigests(store: EventStore, now: Date, signal: AbortSignal): Promise<void> {
  const to = mondayOf(now);
  const from = new Date(to.getTime() - 7 * DAY_MS);
  const week = from.toISOString().slice(0, 10);
  for (const tenant of await tenantsOf(store)) {
    signal.throwIfAborted();
    await store.transaction(ownContext(tenant), async (unit) => {
      const stream = digestStream(tenant, week);
      if ((await unit.readStream(stream)).length > 0) return;
      const digest = await readDigest(unit.tx, from, to);
      await unit.append({ stream, expected: NO_STREAM, facts: [fact(DigestMade, { week, ...digest })] });
    });
  }
}
