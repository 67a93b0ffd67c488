import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { serviceNames, type ServiceName } from '@loam/contracts/operations';
import { provision, serviceUrls, type ServiceUrls } from '@loam/database';
import type { Crew } from './crew';
import { readIfThere, writeWhole } from './files';
import { programOf, stampFileOf } from './programs';
import { step, type Progress } from './progress';
import type { Secrets } from './secrets';
import { passedOn, type Environment } from './service-environment';

interface SchemaOptions {
  readonly adminUrl: string;
  /** Where to remember for which build the schemas were prepared; only beside a database that nobody else changes. */
  readonly memory: string | undefined;
  readonly distribution: string;
  readonly secrets: Secrets;
  readonly environment: Environment;
  readonly crew: Crew;
  readonly progress?: Progress;
}

/**
 * Makes the database, its roles and the schemas that the programs need, unless that was done for this very build.
 * @returns where each service connects
 */
export async function prepareSchemas(options: SchemaOptions): Promise<Record<string, ServiceUrls>> {
  const { adminUrl, memory, secrets, progress, crew } = options;
  const passwordOf = (role: string): string => secrets.passwordOf(role);
  const wanted = { database: 'loam', services: serviceNames, passwordOf };
  const stamp = await stampOf(options);
  if (memory !== undefined && stamp !== undefined && (await readIfThere(memory)) === stamp)
    return serviceUrls(adminUrl, wanted);
  const urls = await step(progress, 'Making the database', () => provision(adminUrl, wanted));
  await step(progress, 'Migrating', () =>
    crew.together(serviceNames.map((service) => migrate(service, urls[service]?.owner ?? '', options))),
  );
  if (memory !== undefined && stamp !== undefined) await writeWhole(memory, stamp);
  return urls;
}

/** Of the build and of the passwords; nothing where a build leaves no stamp. */
async function stampOf({ distribution, secrets }: SchemaOptions): Promise<string | undefined> {
  const build = await readIfThere(stampFileOf(distribution));
  if (build === undefined) return undefined;
  return createHash('sha256').update(build).update(secrets.passwordOf('stamp')).digest('hex');
}

/** Runs the service's program with the argument `migrate`, as the owner of its tables. */
async function migrate(service: ServiceName, ownerUrl: string, options: SchemaOptions): Promise<void> {
  const { crew, environment, distribution } = options;
  const child = spawn(process.execPath, [programOf(distribution, service), 'migrate'], {
    env: { ...passedOn(environment), DATABASE_OWNER_URL: ownerUrl },
    cwd: '/',
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: crew.signal,
  });
  const { pid } = child;
  if (pid !== undefined) crew.guard.watch(pid);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  // Told to end, it is said to have failed before it has ended.
  child.on('error', (error) => (output += error.message));
  await new Promise((resolve) => child.once('close', resolve));
  if (pid !== undefined) crew.guard.forget(pid);
  if (child.exitCode !== 0)
    throw new Error(`The tables of ${service} could not be migrated:\n${output.trimEnd()}`);
}
