import { writeTarGz } from '@loam/bundles';
import { ExitCode } from '../failure';
import { failureOf } from '../explain';
import { readItem } from '../local/source';
import { publishBundle } from '../publish-bundle';
import type { Client } from '../remote/client';
import { inParallel } from './in-parallel';
import { refusalOf, type Plan, type Planned, type Refused } from './plan';

export interface Published extends Omit<Planned, 'source'> {
  readonly outcome: 'published' | 'unchanged';
}
export interface Unpublished extends Refused {
  readonly outcome: 'refused';
}
export type Outcome = Published | Unpublished;

const UPLOADS = 16;

/** These end the whole import: what befell one item would befall every other. */
const isOfTheWhole = (error: unknown): boolean => {
  const { exitCode } = failureOf(error).facts;
  return exitCode !== ExitCode.refused && exitCode !== ExitCode.notFound;
};

async function publishOne(client: Client, { source, ...planned }: Planned): Promise<Outcome> {
  try {
    const { bundle } = await readItem(source);
    const { kind, slug, version } = planned;
    const { unchanged } = await publishBundle(
      client,
      { kind, slug, version },
      await writeTarGz(bundle.entries),
    );
    return { ...planned, outcome: unchanged ? 'unchanged' : 'published' };
  } catch (error) {
    if (isOfTheWhole(error)) throw error;
    const { kind, slug, version, path } = planned;
    return { kind, slug, version, path, outcome: 'refused', ...refusalOf(error) };
  }
}

/** Publishes a plan, several items at a time; their order does not matter, since a requirement may come later. */
export async function publishPlan(
  client: Client,
  plan: Plan,
  show: (done: number, total: number) => void,
): Promise<Outcome[]> {
  let done = 0;
  const outcomes = await inParallel(UPLOADS, plan.items, async (planned) => {
    const outcome = await publishOne(client, planned);
    done += 1;
    show(done, plan.items.length);
    return outcome;
  });
  return [...outcomes, ...plan.refused.map((refused) => ({ ...refused, outcome: 'refused' as const }))];
}
