import { parentPort } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite/vector';

/** A thread of tests that does SQL, one statement after the other: this Postgres cannot be loaded where Jest runs. */
const server = await PGlite.create({ extensions: { vector } });

parentPort?.on('message', async ({ id, sql, values }) => {
  try {
    const rows = values === null ? await server.exec(sql) : (await server.query(sql, values)).rows;
    parentPort?.postMessage({ id, rows });
  } catch (error) {
    parentPort?.postMessage({ id, error: `${error} in ${sql}` });
  }
});
