import 'reflect-metadata';
import type { z } from 'zod';
import type { JobCatalog } from '@loam/jobs';
import { CannotStart } from './cannot-start';
import type { Environment } from './config';
import type { ServiceDefinition } from './definition';
import { Ending } from './ending';
import { HealthServer } from './health';
import { createLog } from './log';
import { Metrics } from './metrics';
import { readServeConfig } from './read-config';
import { startParts } from './start-parts';
import { tidyHeapAfterStart } from './tidy-heap';
import { startTracing } from './tracing';

/** Serves until it is told to end. */
export async function serve<Own extends z.ZodObject, Catalog extends JobCatalog>(
  definition: ServiceDefinition<Own, Catalog>,
  environment: Environment,
): Promise<void> {
  const { name } = definition;
  const config = readServeConfig(definition, environment);
  const stopTracing = await startTracing(name);
  const log = createLog(name, config.log.LOG_LEVEL);
  const metrics = new Metrics(name);
  const { LOAM_HEALTH_HOST: host, LOAM_HEALTH_PORT: port, LOAM_SHUTDOWN_SECONDS: seconds } = config.serve;
  const health = new HealthServer({ host, port, metrics: () => metrics.render() });
  const ending = new Ending({ log, seconds, begin: () => (health.phase = 'stopping') });
  ending.at('traces', stopTracing);
  ending.at('health', () => health.close());
  ending.listen();
  try {
    const healthPort = await health.listen();
    const { port: httpPort } = await startParts({ definition, config, log, metrics, health, ending });
    if (ending.begun.signal.aborted) return;
    health.phase = 'serving';
    const where = { healthPort, ...(httpPort === undefined ? {} : { port: httpPort }) };
    log.info({ ...where, ms: Math.round(process.uptime() * 1000) }, 'ready');
    // Whoever started this may be gone by now, which is told by 'disconnect'.
    process.send?.({ ready: true, ...where }, undefined, undefined, () => undefined);
    tidyHeapAfterStart();
  } catch (error) {
    // What was under way when the end began may fail as it likes.
    if (ending.begun.signal.aborted) return;
    if (error instanceof CannotStart) await ending.fail(error.message);
    else await ending.fail('the start failed', error);
  }
}
