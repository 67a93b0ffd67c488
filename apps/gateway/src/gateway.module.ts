import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, Reflector } from '@nestjs/core';
import type { BlobStore } from '@loam/blobs';
import { Database } from '@loam/database';
import { EventStore } from '@loam/event-store';
import type { Clock } from '@loam/kernel';
import { Jobs } from '@loam/jobs';
import { Bus } from '@loam/messaging';
import { Outbound, parseAllowList } from '@loam/outbound';
import type { Log, Metrics } from '@loam/service';
import { BundleShelf } from '@loam/uploads';
import { Authenticator } from './authenticator';
import { Captures } from './captures';
import { BundleServer } from './bundle-server';
import { DeliveriesController } from './deliver-webhooks/deliveries.controller';
import { HearEventsController } from './deliver-webhooks/hear-events.controller';
import { Front, frontOf } from './front';
import type { gatewayJobs } from './gateway.jobs';
import { BLOBS } from './gateway.parts';
import { HiveController } from './hive/hive.controller';
import { HiveQuota } from './hive/hive-quota';
import { LiveUsageController } from './live-usage/live-usage.controller';
import { LiveUsage } from './live-usage/live-usage';
import { ManageWebhooksController } from './manage-webhooks/manage-webhooks.controller';
import { KnownSkills } from './known-skills';
import { Pseudonyms } from './pseudonyms';
import { EventQuota } from './event-quota';
import { InvocationsController } from './report-events/invocations.controller';
import { EventReports } from './report-events/event-reports';
import { Domain, EventsDoor } from './report-events/events-door';
import { ReceiveCapturesController } from './receive-captures/receive-captures.controller';
import { DetectedUses } from './receive-telemetry/detected-uses';
import { ReceiveTelemetryController } from './receive-telemetry/receive-telemetry.controller';
import { ReportUsageController } from './record-usage/report-usage.controller';
import { CreateTenantController } from './create-tenant/create-tenant.controller';
import { GetTenantController } from './get-tenant/get-tenant.controller';
import { IssueTokenController } from './issue-token/issue-token.controller';
import { ListTokensController } from './list-tokens/list-tokens.controller';
import { RevokeTokenController } from './revoke-token/revoke-token.controller';
import { WhoAmIController } from './authenticate/who-am-i.controller';
import { RenamedSkills } from './renamed-skills';
import { ProblemFilter } from './problem.filter';
import { UsageRecorder } from './usage-recorder';
import { CaptureController } from './routes/capture.controller';
import { CapturerController } from './routes/capturer.controller';
import { DraftReviewController } from './routes/draft-review.controller';
import { DecayController } from './routes/decay.controller';
import { NamesController } from './routes/names.controller';
import { OperationsController } from './routes/operations.controller';
import { LifecycleController } from './routes/lifecycle.controller';
import { PlansController } from './routes/plans.controller';
import { ProjectsController } from './routes/projects.controller';
import { ReadingController } from './routes/reading.controller';
import { RegistryController } from './routes/registry.controller';
import { SafetyController } from './routes/safety.controller';
import { SearchController } from './routes/search.controller';
import { ResolveController } from './routes/resolve.controller';
import { TelemetryController } from './routes/telemetry.controller';
import { TransferController } from './routes/transfer.controller';
import { UsageController } from './routes/usage.controller';
import { ServedUses } from './served-uses';
import { WebhookSecrets } from './webhook-secrets';
import { TokenGuard } from './token.guard';

interface Parts {
  readonly database: Database;
  readonly store: EventStore;
  readonly blobs: BlobStore;
  readonly bus: Bus;
  readonly jobs: Jobs<typeof gatewayJobs>;
  readonly log: Log;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'messages'>;
  readonly config: {
    readonly LOAM_DOMAIN?: string | undefined;
    readonly LOAM_PSEUDONYM_KEY: string;
    readonly LOAM_FETCH_ALLOW: string;
    readonly LOAM_EVENTS_PER_SECOND: number;
    readonly LOAM_LIVE_LISTENERS: number;
    readonly LOAM_HIVE_TENANTS: readonly string[];
    readonly LOAM_HIVE_CALLS_PER_MINUTE: number;
  };
}

@Module({})
class GatewayModule {}

/** The gateway's table of contents: a controller per service behind it, and what stands before all of them. */
export function gatewayModule({
  database,
  store,
  blobs,
  bus,
  jobs,
  log,
  clock,
  metrics,
  config,
}: Parts): DynamicModule {
  const front = frontOf({ database, bus, log, clock, metrics, config });
  const { authenticator, recorder, known, pseudonyms, quota, reports } = front;
  return {
    module: GatewayModule,
    controllers: [
      RegistryController,
      SearchController,
      ResolveController,
      ReadingController,
      LifecycleController,
      SafetyController,
      ProjectsController,
      PlansController,
      TelemetryController,
      UsageController,
      LiveUsageController,
      DecayController,
      CaptureController,
      CapturerController,
      DraftReviewController,
      ReportUsageController,
      InvocationsController,
      ReceiveTelemetryController,
      ReceiveCapturesController,
      HiveController,
      WhoAmIController,
      GetTenantController,
      TransferController,
      NamesController,
      CreateTenantController,
      ListTokensController,
      IssueTokenController,
      RevokeTokenController,
      ManageWebhooksController,
      DeliveriesController,
      HearEventsController,
      OperationsController,
    ],
    providers: [
      { provide: Database, useValue: database },
      { provide: EventStore, useValue: store },
      { provide: Bus, useValue: bus },
      { provide: Jobs, useValue: jobs },
      { provide: Outbound, useValue: new Outbound({ allow: parseAllowList(config.LOAM_FETCH_ALLOW) }) },
      { provide: WebhookSecrets, useValue: new WebhookSecrets(config.LOAM_PSEUDONYM_KEY) },
      { provide: BLOBS, useValue: blobs },
      { provide: BundleServer, useValue: new BundleServer(blobs, new BundleShelf()) },
      {
        provide: HiveQuota,
        useValue: new HiveQuota(new Set(config.LOAM_HIVE_TENANTS), config.LOAM_HIVE_CALLS_PER_MINUTE),
      },
      { provide: KnownSkills, useValue: known },
      { provide: UsageRecorder, useValue: recorder },
      { provide: Pseudonyms, useValue: pseudonyms },
      { provide: DetectedUses, useValue: new DetectedUses(recorder, known, pseudonyms) },
      { provide: Captures, useValue: new Captures({ bus, pseudonyms, quota }) },
      { provide: EventQuota, useValue: quota },
      {
        provide: LiveUsage,
        useValue: new LiveUsage({ bus, authenticator, most: config.LOAM_LIVE_LISTENERS }),
      },
      { provide: EventReports, useValue: reports },
      { provide: Authenticator, useValue: authenticator },
      { provide: Domain, useValue: new Domain(config.LOAM_DOMAIN) },
      EventsDoor,
      { provide: ServedUses, useValue: front.uses },
      { provide: Front, useValue: front },
      {
        provide: APP_GUARD,
        useFactory: (reflector: Reflector) => new TokenGuard(reflector, authenticator, config.LOAM_DOMAIN),
        inject: [Reflector],
      },
      RenamedSkills,
      { provide: APP_FILTER, useValue: new ProblemFilter(log) },
    ],
  };
}
