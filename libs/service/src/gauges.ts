import type { Database } from '@loam/database';
import { followerLag } from '@loam/event-store';
import type { JobCatalog, Jobs } from '@loam/jobs';
import type { NatsTransport } from '@loam/messaging';
import type { Metrics } from './metrics';

interface Measured {
  readonly database: Database;
  readonly transport: NatsTransport;
  readonly jobs: Pick<Jobs<JobCatalog>, 'depth'> | undefined;
}

/** Most dead letters that are counted; more than that is the same alarm. */
const MOST_LETTERS = 1000;

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
  if (jobs === undefined) return;
  metrics.gauge('loam_queue_depth', 'Jobs by state.', ['queue', 'state'], async () =>
    (await jobs.depth()).flatMap(({ queue, ...states }) =>
      Object.entries(states).map(([state, value]) => ({ labels: { queue, state }, value })),
    ),
  );
}
