import type { z } from 'zod';
import type { JobCatalog } from '@loam/jobs';
import { ConfigError } from './config';
import type { ServiceDefinition } from './definition';
import { migrateCommand } from './migrate-command';
import { replayCheckCommand } from './replay-check-command';
import { serve } from './serve';

/**
 * Runs a service's program: serves, or with the argument `migrate` brings its schema up to date and ends, or with
 * `replay-check` rebuilds its tables beside the live ones, writes what differs and ends. With an environment that
 * is not valid the process ends with exit code 78 and a message that names every variable that is wrong.
 */
export async function startService<Environment extends z.ZodObject, Catalog extends JobCatalog>(
  definition: ServiceDefinition<Environment, Catalog>,
): Promise<void> {
  const command = process.argv[2] ?? 'serve';
  try {
    if (command === 'serve') await serve(definition, process.env);
    else if (command === 'migrate') await migrateCommand(definition, process.env);
    else if (command === 'replay-check') await replayCheckCommand(definition, process.env);
    else throw new Error(`${command} is none of: serve, migrate, replay-check`);
  } catch (error) {
    process.stderr.write(`${textOf(error)}\n`);
    process.exit(error instanceof ConfigError ? ConfigError.exitCode : 1);
  }
}

const textOf = (error: unknown): string => {
  if (error instanceof ConfigError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
};
