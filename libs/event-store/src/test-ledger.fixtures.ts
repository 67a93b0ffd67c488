import type { QueryRunner, MigrationInterface } from 'typeorm';
import { z } from 'zod';
import { defineEvent, factSchema, type EventData } from '@loam/contracts/define';
import { grantSystem, ownerOf, tenantTable } from '@loam/database';
import { accept, reject, type Decider } from '@loam/kernel';
import { on, type Projection } from './projection';
import { eventLogTables, tenantLogIndex } from './tables';

/** The smallest thing that decides, for the tests of this library: an account that cannot be overdrawn. */
export const Deposited = defineEvent('ledger.deposited', 1, z.object({ amount: z.int() }), {
  summary: 'Money came.',
});
export const Withdrawn = defineEvent(
  'ledger.withdrawn',
  2,
  z.object({ amount: z.int(), reason: z.string() }),
  {
    summary: 'Money went.',
    upcasts: { 1: (data) => ({ ...z.object({ amount: z.int() }).parse(data), reason: 'unknown' }) },
  },
);

export const ledgerEvents = z.union([factSchema(Deposited), factSchema(Withdrawn)]);
export type LedgerEvent = z.output<typeof ledgerEvents>;
type Command = { deposit: EventData<typeof Deposited> } | { withdraw: EventData<typeof Withdrawn> };

export const ledger: Decider<Command, number, LedgerEvent, 'overdrawn'> = {
  initial: 0,
  evolve: (balance, event) => balance + (event.type === Deposited.name ? 1 : -1) * event.data.amount,
  decide: (command, balance) => {
    if ('deposit' in command) return accept({ type: Deposited.name, data: command.deposit });
    if (command.withdraw.amount > balance) return reject('overdrawn', 'There is not that much.');
    return accept({ type: Withdrawn.name, data: command.withdraw });
  },
};

export const balances: Projection = {
  name: 'balances',
  tables: ['balances'],
  handlers: [
    on(Deposited, async (tx, event) => {
      await tx.query(
        `INSERT INTO balances AS b (tenant_id, account, balance, revision) VALUES ($1, $2, $3, $4)
         ON CONFLICT (tenant_id, account) DO UPDATE SET balance = b.balance + $3, revision = $4`,
        [event.tenant, event.stream, event.data.amount, event.revision],
      );
    }),
    on(Withdrawn, async (tx, event) => {
      await tx.query(
        'UPDATE balances SET balance = balance - $3, revision = $4 WHERE tenant_id = $1 AND account = $2',
        [event.tenant, event.stream, event.data.amount, event.revision],
      );
    }),
  ],
};

/** The same rows once more, for a projection that follows behind. */
export const history: Projection = {
  name: 'history',
  tables: ['history'],
  handlers: [Deposited, Withdrawn].map((definition) =>
    on(definition, async (tx, event) => {
      await tx.query('INSERT INTO history (tenant_id, id, stream, revision) VALUES ($1, $2, $3, $4)', [
        event.tenant,
        event.id,
        event.stream,
        event.revision,
      ]);
    }),
  ),
};

export class Ledger1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const owner = await ownerOf(runner);
    const statements = [
      ...eventLogTables(owner),
      tenantLogIndex,
      'CREATE TABLE balances (tenant_id uuid, account text, balance int NOT NULL, revision int, PRIMARY KEY (tenant_id, account))',
      'CREATE TABLE history (tenant_id uuid, id uuid PRIMARY KEY, stream text, revision int, seen serial)',
      ...['balances', 'history'].flatMap((table) => [
        ...tenantTable(owner, table, ['SELECT', 'INSERT', 'UPDATE']),
        ...grantSystem(owner, table, ['SELECT']),
      ]),
      `GRANT USAGE ON SEQUENCE history_seen_seq TO ${owner.database}_${owner.service}_app`,
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('there is no way back');
  }
}
