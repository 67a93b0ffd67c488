// First, so that the database driver is loaded with tracing.
import { startService } from '@loam/service';
import { archiveItem } from './archive-item/archive-item.job';
import { decayEnvironment } from './decay.env';
import { decayEvents, decayProjections } from './decay.events';
import { decayJobs } from './decay.jobs';
import { decayMigrations } from './decay.migrations';
import { decayModule } from './decay.module';
import { makeDigests } from './make-digests/make-digests.job';
import { ownContext } from './own-context';
import { planSweeps } from './sweep-tenant/plan-sweeps.job';
import { Sweeper } from './sweep-tenant/sweeper';

const DAY_MS = 86_400_000;

const contextOf = (tenant: string | null, context: { readonly correlationId: string }) => {
  if (tenant === null) throw new Error('what is swept belongs to a tenant');
  return { ...ownContext(tenant), ...context };
};

void startService({
  name: 'decay',
  environment: decayEnvironment,
  migrations: decayMigrations,
  events: decayEvents,
  inline: decayProjections,
  jobs: {
    catalog: decayJobs,
    schedules: ({ config }) => [
      ...(config.LOAM_DECAY_SWEEP_SECONDS > 0
        ? [
            {
              ...{ job: 'planSweeps' as const, id: 'plan-sweeps', data: {} },
              everyMs: config.LOAM_DECAY_SWEEP_SECONDS * 1000,
            },
          ]
        : []),
      { job: 'makeDigests', id: 'make-digests', everyMs: DAY_MS / 24, data: {} },
    ],
    handlers: ({ store, jobs, bus, database, clock, config }) => ({
      planSweeps: async () => {
        const everyMs = config.LOAM_DECAY_SWEEP_SECONDS * 1000;
        // Redis may still know the schedule of before it was turned off.
        if (everyMs > 0) await planSweeps({ store, jobs }, clock(), everyMs);
      },
      sweepTenant: ({ id }, { tenant, signal, context }) => {
        const graceDayMs = config.LOAM_DECAY_GRACE_DAY_SECONDS * 1000;
        return new Sweeper({ store, jobs, clock, graceDayMs }).sweep(contextOf(tenant, context), id, signal);
      },
      archiveItem: (item, { tenant, context }) =>
        archiveItem({ database, bus }, contextOf(tenant, context), item),
      makeDigests: (_data, { signal }) => makeDigests(store, clock(), signal),
    }),
  },
  module: decayModule,
});
