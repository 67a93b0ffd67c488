import { join } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Client, type Submittable } from 'pg';
import { z } from 'zod';
import { uuidv7 } from '@loam/kernel';
import { startBare } from './others';
import { loadReference } from './references';
import type { Scenario } from './scenario';
import { slugOf } from './seeded-items';

const ROWS = 5000;
const COPY = 'COPY keyed (id, at, type, skill, version) FROM STDIN';

const librarySchema = z.object({
  from: z.custom<(sql: string) => Writable & Submittable>((value) => typeof value === 'function'),
});

const someRows = (): string =>
  Array.from({ length: ROWS }, (_, at) =>
    [uuidv7(), new Date().toISOString(), 'loam.usage.view', slugOf(at % 1000), '1.0.0'].join('\t'),
  ).join('\n');

/** Rows as they come into a table with a key: as cheap as it gets, without anything that is asked of ours. */
export const copyCase = (folder: string): Scenario => ({
  ...{ name: `COPY of ${ROWS} rows`, role: 'limit', clients: 1, openRate: 0, weight: ROWS },
  start: async () => {
    const { from } = librarySchema.parse(await loadReference('pg-copy-streams'));
    const { databaseUrl, admin, processes, observe, stop } = await startBare(join(folder, 'bare'));
    const postgres = processes['postgres'] ?? 0;
    return {
      ...{ processes: { bench: process.pid, postgres }, observe, stop },
      open: async () => {
        const client = new Client({ connectionString: databaseUrl });
        await client.connect();
        return {
          perform: () => pipeline(Readable.from([someRows()]), client.query(from(COPY))),
          close: () => client.end(),
        };
      },
      check: async (done) => {
        const { rows } = await admin.query<{ count: string }>('SELECT count(*) FROM keyed');
        if (Number(rows[0]?.count) !== done * ROWS) throw new Error('rows are missing');
      },
    };
  },
});
