import type { AbstractHttpAdapter } from '@nestjs/core';
import type { DynamicModule } from '@nestjs/common';
import type { z } from 'zod';
import type { BlobStore } from '@loam/blobs';
import type { EventDefinition } from '@loam/contracts/define';
import type { ServiceName } from '@loam/contracts/operations';
import type { Database, MigrationClass } from '@loam/database';
import type { EventCatalog, EventStore, Projection, Rebuild } from '@loam/event-store';
import type { JobCatalog, JobHandlers, Jobs } from '@loam/jobs';
import type { Clock } from '@loam/kernel';
import type { Bus } from '@loam/messaging';
import type { Log } from './log';
import type { Metrics } from './metrics';

/** What a service is built from: its configuration and its connections, all of them open. */
export interface ServiceParts<Environment extends z.ZodObject, Catalog extends JobCatalog> {
  readonly name: ServiceName;
  /** What the service reads besides the common part. */
  readonly config: z.output<Environment>;
  readonly log: Log;
  readonly database: Database;
  readonly store: EventStore;
  readonly bus: Bus;
  /** @throws Error where the definition has no `jobs` */
  readonly jobs: Jobs<Catalog>;
  /** @throws Error where the definition does not say `objects: true` */
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/** A job that runs every so often, without a tenant; once per tick however many processes the service has. */
export interface JobSchedule<Catalog extends JobCatalog> {
  readonly job: keyof Catalog & string;
  /** Lower-case letters, digits and hyphens. */
  readonly id: string;
  readonly everyMs: number;
  readonly data: z.input<Catalog[keyof Catalog & string]['schema']>;
}

/** An HTTP door beside the broker's: only the gateway has one. */
export interface HttpDoor {
  readonly adapter: AbstractHttpAdapter;
  readonly host: string;
  /** 0: any free one, told in the ready line. */
  readonly port: number;
}

/** A service: what it is made of, for `startService`. */
export interface ServiceDefinition<Environment extends z.ZodObject, Catalog extends JobCatalog> {
  readonly name: ServiceName;
  /** The variables that this service reads besides the common ones, each with `.describe('what it should be')`. */
  readonly environment: Environment;
  readonly migrations: readonly MigrationClass[];
  /** All events of its log; those that the contracts declare are published. */
  readonly events: readonly EventDefinition[];
  /** Applied in the append's own transaction. */
  readonly inline: readonly Projection[];
  /** How its tables are made again for a replay check; by default the inline projections from the log. */
  readonly rebuilds?: (catalog: EventCatalog, blobs: BlobStore) => readonly Rebuild[];
  readonly jobs?: {
    readonly catalog: Catalog;
    readonly schedules?: (parts: ServiceParts<Environment, Catalog>) => readonly JobSchedule<Catalog>[];
    readonly handlers: (parts: ServiceParts<Environment, Catalog>) => JobHandlers<Catalog>;
  };
  /** Whether it keeps objects. */
  readonly objects?: boolean;
  /** The service's table of contents: its slices as controllers, and what they are given as providers. */
  readonly module: (parts: ServiceParts<Environment, Catalog>) => DynamicModule;
  /** Runs once everything is connected and before requests are taken; what it resolves to runs at the end. */
  readonly begin?: (parts: ServiceParts<Environment, Catalog>) => Promise<() => Promise<void>>;
  readonly http?: (parts: ServiceParts<Environment, Catalog>) => Promise<HttpDoor>;
}
