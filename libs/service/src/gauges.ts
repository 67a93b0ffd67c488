import type { Database } from '@loam/database';
import { followerLag } from '@loam/event-store';
import type { JobCatalog, Jobs } from '@loam/jobs';
import type { DeadLetter } from '@loam/contracts/operations';
import type { NatsTransport } from '@loam/messaging';
import type { Metrics } from './metrics';

interface Measured {
  readonly database: Database;
  readonly transport: NatsTransport;
  readonly jobs: Pick<Jobs<JobCatalog>, 'depth' | 'deadLetters'> | undefined;
}

/** Most dead letters that are counted; more than that is the same alarm. */
const MOST_LETTERS = 1000;

/** In seconds, of letters from the newest to the oldest; 0 where there is none. */
const ageOf = (letters: readonly DeadLetter[]): number => {
  const oldest = letters.at(-1);
  return oldest === undefined ? 0 : (Date.now() - Date.parse(oldest.failedAt)) / 1000;
};

/** What is read from the service's parts whenever it is scraped. */
export function gauges(metrics: Metrics, { database, transport, jobs }: Measured): void {
  metrics.gauge('loam_relay_lag_events', 'Committed events that are not published yet.', [], async () => {
    const { events } = await followerLag(database, 'relay');
    return [{ labels: {}, value: events }];
  });
  metrics.gauge('loam_relay_lag_seconds', 'Age of the oldest event not published yet.', [], async () => {
    const { seconds } = await followerLag(database, 'relay');
    return [{ labels: {}, value: seconds }];
  });
  metrics.gauge(
    'loam_dead_letters',
    `What was given up on, counted up to ${MOST_LETTERS}.`,
    ['source'],
    async () => {
      const [events, depths] = await Promise.all([
        transport.deadLetters().list(MOST_LETTERS),
        jobs?.depth() ?? [],
      ]);
      return [
        { labels: { source: 'event' }, value: events.length },
        { labels: { source: 'job' }, value: depths.reduce((sum, { dead }) => sum + dead, 0) },
      ];
    },
  );
  metrics.gauge(
    'loam_dead_letter_age_seconds',
    `Age of the oldest of the last ${MOST_LETTERS} dead letters.`,
    ['source'],
    async () => {
      const [events, own] = await Promise.all([
        transport.deadLetters().list(MOST_LETTERS),
        jobs?.deadLetters.list(MOST_LETTERS) ?? [],
      ]);
      return [
        { labels: { source: 'event' }, value: ageOf(events) },
        { labels: { source: 'job' }, value: ageOf(own) },
      ];
    },
  );
  if (jobs === undefined) return;
  metrics.gauge('loam_queue_depth', 'Jobs by state.', ['queue', 'state'], async () =>
    (await jobs.depth()).flatMap(({ queue, ...states }) =>
      Object.entries(states).map(([state, value]) => ({ labels: { queue, state }, value })),
    ),
  );
}
