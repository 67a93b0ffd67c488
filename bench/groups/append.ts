import { join } from 'node:path';
import { Client } from 'pg';
import { NO_STREAM } from '@loam/event-store';
import { emmett, insert, ours, STREAMS, type Log, type Server } from '../append-logs';
import { startServer } from '../others';
import type { Comparison, Group, Role, Scenario, Subject } from '../scenario';
import { targets } from '../targets';

const TOGETHER = 100;

async function startLog(
  folder: string,
  open: (server: Server) => Promise<Log & { readonly database?: string }>,
) {
  const server = await startServer(folder);
  const log = await open(server);
  const url = new URL(server.postgres.url);
  url.pathname = `/${log.database ?? 'postgres'}`;
  return { server, log, url: url.href };
}

interface Writing {
  readonly name: string;
  readonly role: Role;
  readonly writers: number;
  /** To how many streams a writer appends at once. */
  readonly together?: number;
}

const appendCase = (
  { name, role, writers, together = 1 }: Writing,
  start: () => ReturnType<typeof startLog>,
): Scenario => ({
  ...{ name, role, clients: writers, openRate: 0, warmUp: 500 / together, weight: together },
  start: async (): Promise<Subject> => {
    const { server, log, url } = await start();
    let streams = 0;
    return {
      processes: { client: process.pid, postgres: server.postgres.pid },
      observe: server.observe,
      open: async () => {
        const mine = Array.from({ length: together }, () => (streams += 1));
        let expected = NO_STREAM;
        return {
          perform: async () => {
            await log.append(mine, expected);
            expected += 1;
          },
          close: async () => undefined,
        };
      },
      check: async (done) => {
        const count = await countOf(url, log.count);
        if (count !== done * together)
          throw new Error(`${done * together} were appended and ${count} are there`);
      },
      stop: async () => {
        await log.close();
        await server.stop();
      },
    };
  },
});

async function countOf(url: string, sql: string): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ count: string }>(sql);
  await client.end();
  return Number(rows[0]?.count);
}

const written = (name: string, role: Role, writers: number): Writing => ({
  ...{ name: `${name}, ${writers} writers`, role, writers },
});

async function prepare({ folder }: { readonly folder: string }): Promise<Comparison> {
  const at = (name: string) => join(folder, name);
  const cases = [1, STREAMS].flatMap((writers) => [
    appendCase(written('loam', 'ours', writers), () => startLog(at('loam'), ours)),
    appendCase(written('emmett', 'reference', writers), () => startLog(at('emmett'), emmett)),
    appendCase(written('one insert', 'limit', writers), () => startLog(at('insert'), insert)),
  ]);
  const many = {
    name: `loam, ${TOGETHER} streams in one commit`,
    role: 'ours',
    writers: 1,
    together: TOGETHER,
  } as const;
  const against = (writers: number) => ({ of: `loam, ${writers} writers`, to: `emmett, ${writers} writers` });
  return {
    cases: [...cases, appendCase(many, () => startLog(at('loam'), ours))],
    ratios: [
      { ...targets.appendAlone, ...against(1) },
      { ...targets.append, ...against(STREAMS) },
      { ...targets.appendMany, of: many.name, to: `emmett, ${STREAMS} writers` },
    ],
    close: async () => undefined,
  };
}

/** Appending one event to a stream, each in a commit of its own, and to many in one. */
export const append: Group = { name: 'append', sizes: ['full'], minutes: 2.1, prepare };
