import { join } from 'node:path';
import { z } from 'zod';
import type { ServiceName } from '@loam/contracts/operations';
import { launch, type PartPlan, type RunningPart } from '@loam/embedded';
import type { Crew } from './crew';
import { programOf } from './programs';
import type { Supervised } from './supervised';

interface ServiceOptions {
  readonly home: string;
  readonly distribution: string;
}

/** Takes the five services under supervision; the caller starts them. Their `url` is where their probes are. */
export function superviseServices(
  crew: Crew,
  { home, distribution }: ServiceOptions,
  environmentOf: (service: ServiceName) => Readonly<Record<string, string>>,
): Record<ServiceName, Supervised> {
  const supervise = (name: ServiceName): Supervised => {
    const logFile = join(home, 'logs', `${name}.log`);
    const program = programOf(distribution, name);
    return crew.supervise('service', {
      ...{ name, logFile },
      launch: (signal) =>
        launchService(
          { name, logFile, guard: crew.guard, signal, environment: environmentOf(name) },
          program,
        ),
    });
  };
  return {
    gateway: supervise('gateway'),
    registry: supervise('registry'),
    telemetry: supervise('telemetry'),
    capturer: supervise('capturer'),
    decay: supervise('decay'),
  };
}

/**
 * Source maps for readable stacks. And a young generation of a quarter of V8's usual size (in MiB): each of the five
 * processes keeps 20 MB less at rest, and collects somewhat more often under load.
 */
const FLAGS = ['--enable-source-maps', '--max-semi-space-size=4'];

const readySchema = z.object({ ready: z.literal(true), healthPort: z.int() });

/** Starts a service in a process of its own, and resolves when it says that it is ready. */
async function launchService(
  plan: Pick<PartPlan, 'name' | 'logFile' | 'guard' | 'signal' | 'environment'>,
  program: string,
): Promise<RunningPart> {
  let healthPort: number | undefined;
  const launched = await launch({
    ...plan,
    url: '',
    command: process.execPath,
    args: [...FLAGS, program],
    onMessage: (message) => {
      const ready = readySchema.safeParse(message);
      if (ready.success) healthPort = ready.data.healthPort;
    },
    answers: async () => healthPort !== undefined,
    readyWithinMs: 60_000,
  });
  return { ...launched, url: `http://127.0.0.1:${healthPort}` };
}
