import { setTimeout as delay } from 'node:timers/promises';
import type { Publisher } from '@loam/event-store';

/**
 * The same publisher, which rests after each publication. An event that comes alone leaves at once; what comes while
 * it rests leaves together, and is handled together by whoever listens: one transaction for many events is most of
 * what they cost.
 */
export const unhurried = (publisher: Publisher, restMs: number): Publisher => ({
  ...publisher,
  publish: async (events) => {
    await publisher.publish(events);
    await delay(restMs);
  },
});
