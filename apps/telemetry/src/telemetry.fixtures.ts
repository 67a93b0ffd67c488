import { randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBlobStore, type BlobStore } from '@loam/blobs';
import {
  RegressionCleared,
  RegressionDetected,
  SkillStats,
  SkillUsed,
  type Signal,
} from '@loam/contracts/telemetry';
import type { Database } from '@loam/database';
import { EventCatalog, EventStore, rebuildFromLog, replayCheck, type ReplayReport } from '@loam/event-store';
import { Call, type Identity } from '@loam/messaging';
import { testDatabase, type TestDatabase } from '@loam/testing';
import { knownSkills } from './hear-of-skill/known-skills.projection';
import { usageStreams } from './publish-usage/usage-streams.projection';
import { UsagePolicySet } from './policy.stream';
import { usagePolicies } from './set-policy/usage-policies.projection';
import { rebuildFromFacts } from './rebuild';
import { SignalRecorder } from './record-signals/signal-recorder';
import { SkillHeardOf } from './skill.stream';
import { telemetryMigrations } from './telemetry.migrations';

/** Telemetry on a database of its own, without a broker. */
export interface TestTelemetry {
  readonly server: TestDatabase;
  readonly database: Database;
  readonly blobs: BlobStore;
  readonly store: EventStore;
  readonly recorder: SignalRecorder;
  check(): Promise<ReplayReport>;
}

export const now = new Date('2026-03-10T12:00:00.000Z');
export const clock = (): Date => now;

export async function testTelemetry(): Promise<TestTelemetry> {
  const server = await testDatabase('telemetry');
  const database = await server.open('telemetry', telemetryMigrations);
  const catalog = new EventCatalog([
    ...[SkillHeardOf, SkillUsed, SkillStats, RegressionDetected, RegressionCleared, UsagePolicySet],
  ]);
  const folder = await mkdtemp(join(tmpdir(), 'loam-telemetry-'));
  const blobs = openBlobStore({ driver: 'filesystem', root: folder });
  const inline = [knownSkills, usageStreams, usagePolicies];
  return {
    ...{ server, database, blobs },
    store: new EventStore({ database, catalog, inline, clock }),
    recorder: new SignalRecorder(database, clock),
    check: () =>
      replayCheck(database, [rebuildFromLog(catalog, inline), rebuildFromFacts(blobs)], () => undefined),
  };
}

/** A download of some skill, unless it is said otherwise. */
export const use = (tenant: string, said: Partial<Signal> = {}): Signal => ({
  ...{ id: randomUUID(), tenant, kind: 'skill', slug: 'a-skill', version: '1.0.0' },
  ...{ type: 'download', source: 'api', at: now.toISOString() },
  ...said,
});

/** A request of a caller of this tenant. */
export const callOf = (tenant: string | null, said: Partial<Identity> = {}): Call =>
  new Call({
    identity: { issuer: 'gateway', tenant, actor: { type: 'token', id: 't' }, scopes: ['*'], ...said },
    deadline: new Date(Date.now() + 60_000),
    signal: new AbortController().signal,
    ...{ correlationId: randomUUID(), causationId: null, traceparent: null },
  });
