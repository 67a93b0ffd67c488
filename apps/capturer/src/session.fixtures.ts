import { randomUUID } from 'node:crypto';
import { SessionEnded, SessionExtended, SessionStarted } from '@loam/contracts/capture';
import { EventCatalog, EventStore, type EventContext } from '@loam/event-store';
import { Jobs } from '@loam/jobs';
import { testContext, testDatabase, type TestDatabase } from '@loam/testing';
import { capturerJobs } from './capturer.jobs';
import { capturerMigrations } from './capturer.migrations';
import { noteHeard } from './hear-sessions';
import { sessions } from './session.projection';
import { findKnown } from './session.queries';

/** Capturer's sessions on a database of its own, without a broker, object store or Redis. */
export interface TestSessions {
  readonly server: TestDatabase;
  readonly store: EventStore;
  readonly jobs: Jobs<typeof capturerJobs>;
  readonly context: EventContext;
  /** Something is heard of a session that was not known. @returns its id */
  begin(): Promise<string>;
  close(): Promise<void>;
}

const silent = (): void => undefined;

export async function testSessions(): Promise<TestSessions> {
  const server = await testDatabase('capturer');
  const database = await server.open('capturer', capturerMigrations);
  const catalog = new EventCatalog([SessionStarted, SessionExtended, SessionEnded]);
  const store = new EventStore({ database, catalog, inline: [sessions], clock: () => new Date() });
  const jobs = new Jobs({
    ...{ service: 'capturer', catalog: capturerJobs, database, reconcileMs: 60_000 },
    // Nobody listens there: what is owed waits in the database.
    redisUrl: 'redis://127.0.0.1:1',
    log: { info: silent, warn: silent, error: silent },
  });
  const context = testContext();
  return {
    ...{ server, store, jobs, context },
    begin: async () => {
      const sessionId = randomUUID();
      const heard = {
        sessionId,
        author: 'a',
        person: 'p',
        project: null,
        client: null,
        captures: [],
        bytes: 1,
      };
      await store.transaction(context, async (unit) =>
        noteHeard(unit, jobs, await findKnown(unit.tx, [sessionId]), [heard]),
      );
      return sessionId;
    },
    close: async () => {
      await jobs.close(0);
      await server.close();
    },
  };
}
