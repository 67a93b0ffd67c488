import { currentTraceId, startService, type Log } from './index';
import { setTimeout as delay } from 'node:timers/promises';
import { Controller, Get, Inject, Module } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { z } from 'zod';
import { defineCommand, defineEvent, fact, type Input } from '@loam/contracts/define';
import { ownerOf, tenantTable } from '@loam/database';
import { EventStore, eventLogTables, NO_STREAM, on, type Projection } from '@loam/event-store';
import { defineJob, Jobs, jobTables } from '@loam/jobs';
import { OnRequest, type Call } from '@loam/messaging';
import type { ServiceDefinition } from './definition';

/** A whole service, as small as one can be: it notes texts. Specs start it as a process of its own. */

const TextNoted = defineEvent('decay.text-noted', 1, z.object({ text: z.string() }), {
  summary: 'A text was noted.',
});

export const NoteText = defineCommand('decay.note-text', 1, {
  summary: 'Notes a text, and answers with the trace that this was part of.',
  scope: 'skills:publish',
  input: z.object({ text: z.string(), afterMs: z.int().default(0) }),
  output: z.object({ traceId: z.string(), note: z.string() }),
});

class SampleTables1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const owner = await ownerOf(runner.manager);
    const statements = [
      ...eventLogTables(owner),
      ...jobTables(owner),
      'CREATE TABLE notes (tenant_id uuid NOT NULL, id uuid PRIMARY KEY, text text NOT NULL)',
      ...tenantTable(owner, 'notes', ['SELECT', 'INSERT']),
      `GRANT SELECT ON notes TO ${owner.database}_${owner.service}_system`,
      `CREATE POLICY system_select ON notes FOR SELECT TO ${owner.database}_${owner.service}_system USING (true)`,
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    // There is no way back.
  }
}

const notes: Projection = {
  name: 'notes',
  tables: ['notes'],
  handlers: [
    on(TextNoted, async (tx, { tenant, id, data }) => {
      await tx.query('INSERT INTO notes (tenant_id, id, text) VALUES ($1, $2, $3)', [tenant, id, data.text]);
    }),
  ],
};

const environment = z.object({ LOAM_SAMPLE_NOTE: z.string().describe('any text') });
const catalog = {
  weigh: defineJob('weigh', z.object({ text: z.string() }), {
    summary: 'Finds every text too heavy.',
    attempts: 1,
    backoffMs: 10,
    timeoutMs: 1000,
  }),
};

const weigh = async ({ text }: { readonly text: string }): Promise<void> => {
  throw new Error(`${text} is too heavy`);
};

const NOTE = Symbol('note');
const LOG = Symbol('log');

@Controller()
class NoteTextController {
  constructor(
    private readonly store: EventStore,
    private readonly jobs: Jobs<typeof catalog>,
    @Inject(NOTE) private readonly note: string,
    @Inject(LOG) private readonly log: Log,
  ) {}

  @OnRequest(NoteText)
  async handle({ text, afterMs }: Input<typeof NoteText>, call: Call) {
    await delay(afterMs);
    await this.store.transaction(call.context, async (unit) => {
      const stream = `note:${call.tenant}:${text}`;
      await unit.append({ stream, expected: NO_STREAM, facts: [fact(TextNoted, { text })] });
      if (text.startsWith('heavy')) await this.jobs.intend(unit, 'weigh', text, { text });
    });
    return { traceId: currentTraceId() ?? '', note: this.note };
  }

  @Get('slow')
  async slow() {
    this.log.info('slow began');
    await delay(500);
    return { note: this.note };
  }
}

@Module({})
class SampleModule {}

const sampleService: ServiceDefinition<typeof environment, typeof catalog> = {
  name: 'decay',
  environment,
  migrations: [SampleTables1700000000001],
  events: [TextNoted],
  inline: [notes],
  jobs: { catalog, handlers: () => ({ weigh }) },
  objects: true,
  module: ({ store, jobs, config, log }) => ({
    module: SampleModule,
    controllers: [NoteTextController],
    providers: [
      { provide: EventStore, useValue: store },
      { provide: Jobs, useValue: jobs },
      { provide: LOG, useValue: log },
      { provide: NOTE, useValue: config.LOAM_SAMPLE_NOTE },
    ],
  }),
};

const door = { adapter: new FastifyAdapter({ forceCloseConnections: 'idle' }), host: '127.0.0.1', port: 0 };

if (require.main === module)
  void startService(
    process.env['LOAM_SAMPLE_HTTP'] === undefined
      ? sampleService
      : { ...sampleService, http: async () => door },
  );
