import { once } from 'node:events';
import { join } from 'node:path';
import { types } from 'node:util';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { roleNames, type Database, type Tx } from '@loam/database';
import { registryMigrations } from './registry.migrations';

/** A Postgres with pgvector at hand, in a thread of the test: the embedded one is built without. */
export interface PgvectorDatabase extends Pick<Database, 'tenant' | 'system'> {
  /** What an administrator does; the extension is not there before. */
  createExtension(): Promise<void>;
  close(): Promise<void>;
}

const answerSchema = z.object({
  id: z.int(),
  rows: z.array(z.record(z.string(), z.unknown())).optional(),
  error: z.string().optional(),
});

/** Values as the driver of the services gives them; those of another thread are of other classes. */
function asDriven(value: unknown): unknown {
  if (types.isDate(value)) return new Date(value.getTime());
  return types.isUint8Array(value) ? Buffer.from(value) : value;
}

/** One session, whose statements are done one after the other. */
class PgliteSession implements Tx {
  private readonly worker = new Worker(join(__dirname, '../../../tools/pglite-server.mjs'));
  private asked = 0;

  async query<T>(sql: string, values: readonly unknown[] = []): Promise<T> {
    const rows = await this.ask(sql, values);
    return z
      .custom<T>()
      .parse(
        rows.map((row) =>
          Object.fromEntries(Object.entries(row).map(([name, value]) => [name, asDriven(value)])),
        ),
      );
  }

  /** Several statements, without parameters. */
  async run(sql: string): Promise<void> {
    await this.ask(sql, null);
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private async ask(sql: string, values: readonly unknown[] | null): Promise<Record<string, unknown>[]> {
    const id = (this.asked += 1);
    this.worker.postMessage({ id, sql, values });
    for (;;) {
      const [message] = z.tuple([z.unknown()]).parse(await once(this.worker, 'message'));
      const answer = answerSchema.parse(message);
      if (answer.id !== id) continue;
      if (answer.error !== undefined) throw new Error(answer.error);
      return answer.rows ?? [];
    }
  }
}

/** The registry's schema with its roles, on a server of its own. */
export async function pgvectorDatabase(): Promise<PgvectorDatabase> {
  const session = new PgliteSession();
  const { owner, app, system } = roleNames({ database: 'postgres', service: 'registry' });
  await session.run(`
    CREATE ROLE ${owner}; CREATE ROLE ${app}; CREATE ROLE ${system};
    CREATE SCHEMA registry AUTHORIZATION ${owner}; GRANT USAGE ON SCHEMA registry TO ${app}, ${system};
    SET search_path = registry; SET ROLE ${owner}`);
  for (const Migration of registryMigrations) {
    const migration: { up(runner: Tx): Promise<unknown> } = new Migration();
    await migration.up(session);
  }
  await session.run('RESET ROLE');
  // There is one session, so transactions wait for one another.
  let turn: Promise<unknown> = Promise.resolve();
  const transaction = <T>(begin: string, work: (tx: Tx) => Promise<T>): Promise<T> => {
    const done = turn.then(async () => {
      await session.run(`BEGIN; ${begin}`);
      try {
        const result = await work(session);
        await session.run('COMMIT');
        return result;
      } catch (error) {
        await session.run('ROLLBACK');
        throw error;
      }
    });
    turn = done.catch(() => undefined);
    return done;
  };
  return {
    tenant: (tenant, work) => transaction(`SET LOCAL ROLE ${app}; SET LOCAL loam.tenant = '${tenant}'`, work),
    system: (work) => transaction(`SET LOCAL ROLE ${system}`, work),
    createExtension: () => session.run('CREATE EXTENSION vector SCHEMA registry'),
    close: () => session.close(),
  };
}
