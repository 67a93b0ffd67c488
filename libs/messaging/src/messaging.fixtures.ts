import type { Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { QueryRunner, MigrationInterface } from 'typeorm';
import { z } from 'zod';
import { defineCommand, defineEvent, defineQuery } from '@loam/contracts/define';
import { grantSystem, ownerOf, tenantTable } from '@loam/database';
import { eventLogTables } from '@loam/event-store';
import type { Caller } from './bus';
import { createIdentitySigner, createIdentityVerifier, generateIdentityKeys } from './identity';
import { inboxTables } from './inbox';
import type { Log } from './log';
import type { NatsTransport } from './nats-transport';

/** A contract as small as can be, for the tests of this library. */
export const Planted = defineEvent(
  'registry.seed-planted',
  1,
  z.object({ seed: z.string().min(1), depth: z.int().default(1) }),
  { summary: 'A seed was planted.' },
);
export const Watered = defineEvent('registry.seed-watered', 1, z.object({ litres: z.number() }), {
  summary: 'A seed was watered.',
});
export const Plant = defineCommand('registry.plant-seed', 1, {
  summary: 'Plant a seed.',
  scope: 'skills:publish',
  input: z.object({ seed: z.string().min(2), where: z.object({ row: z.int() }).optional() }),
  output: z.object({ planted: z.string() }),
  problems: ['version-exists'],
});
export const Look = defineQuery('registry.look-around', 1, {
  summary: 'See what there is.',
  scope: 'skills:read',
  input: z.object({}),
  output: z.object({ seen: z.string() }),
});

const keys = generateIdentityKeys();
export const signer = createIdentitySigner({ service: 'gateway', privateKeyPem: keys.privateKeyPem });
export const verifier = createIdentityVerifier({ gateway: [keys.publicKeyPem] });

export const tenant = '0190c0de-0000-7000-8000-000000000001';
export const caller: Caller = {
  identity: { tenant, actor: { type: 'token', id: 'a-token' }, scopes: ['*'] },
  correlationId: 'a-correlation',
  causationId: 'a-cause',
};

export interface Line {
  readonly level: keyof Log;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** A logger that keeps its lines for the test to look at. */
export function recordingLog(): Log & { readonly lines: Line[] } {
  const lines: Line[] = [];
  const at = (level: keyof Log) => (fields: object, message: string) =>
    void lines.push({ level, fields: { ...fields }, message });
  return { lines, info: at('info'), warn: at('warn'), error: at('error') };
}

/** Starts the controllers on the transport, as a service does; resolves when they answer. */
export async function serve(transport: NatsTransport, ...controllers: Type[]): Promise<() => Promise<void>> {
  const module = await Test.createTestingModule({ controllers }).compile();
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest declares its options as a class and takes any object
  const app = module.createNestMicroservice({ strategy: transport, logger: false });
  await app.listen();
  return () => app.close();
}

/** A garden: the log of a service, its inbox and one table that handlers write to. */
export class Garden1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const owner = await ownerOf(runner);
    const statements = [
      ...eventLogTables(owner),
      ...inboxTables(owner),
      'CREATE TABLE plants (tenant_id uuid NOT NULL, number serial PRIMARY KEY, slice text, seed text)',
      ...tenantTable(owner, 'plants', ['SELECT', 'INSERT']),
      ...grantSystem(owner, 'plants', ['SELECT']),
      `GRANT USAGE ON SEQUENCE plants_number_seq TO ${owner.database}_${owner.service}_app`,
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('there is no way back');
  }
}
