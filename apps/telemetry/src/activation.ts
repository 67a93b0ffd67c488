import { z } from 'zod';
import { signalSourceSchema } from '@loam/contracts/telemetry';
import type { Contribution } from './counters';
import type { Fact } from './facts';

/** What one source told of an activation. */
export const toldSchema = z.object({
  id: z.string(),
  at: z.string(),
  source: signalSourceSchema,
  keys: z.array(z.string()),
  ...{ kind: z.string(), slug: z.string(), version: z.string(), project: z.string() },
  ...{ session: z.string(), person: z.string(), trigger: z.string() },
});
export type Told = z.output<typeof toldSchema>;

export const toldOf = (fact: Fact): Told => toldSchema.parse(fact);

/** One activation, however many sources told of it. */
export interface Activation extends Omit<Told, 'source' | 'keys'> {
  readonly sources: readonly string[];
}

/** Whom to believe where sources differ: the first that says anything. */
const TRUST: readonly Told['source'][] = ['otel', 'hook', 'transcript', 'api', 'gateway'];

const TOOL = 'tool:';
const PROMPT = 'prompt:';

/** Whether a key names a tool call, which is one activation and no more. */
export const isCall = (key: string): boolean => key.startsWith(TOOL);

const keyOf = ({ keys }: Told, prefix: string): string | undefined =>
  keys.find((key) => key.startsWith(prefix));

const byTime = (a: Told, b: Told): number =>
  Date.parse(a.at) - Date.parse(b.at) || (a.id < b.id ? -1 : Number(a.id > b.id));

/**
 * Tells the activations of a prompt apart. Those with a tool call are one for each call. A source that names no call
 * tells of the activations of a prompt in their order: its first is the first of all, and so on.
 */
function clusters(told: readonly Told[]): Told[][] {
  const byCall = new Map<string, Told[]>();
  const callless: Told[] = [];
  for (const each of told.toSorted(byTime)) {
    const call = keyOf(each, TOOL);
    if (call === undefined) callless.push(each);
    else listIn(byCall, call).push(each);
  }
  const found = [...byCall.values()];
  const byPrompt = new Map<string, Told[][]>();
  for (const cluster of found)
    for (const prompt of new Set(cluster.flatMap((each) => keyOf(each, PROMPT) ?? [])))
      listIn(byPrompt, prompt).push(cluster);
  const ordinals = new Map<string, number>();
  for (const each of callless) {
    const prompt = keyOf(each, PROMPT);
    const there = prompt === undefined ? [] : listIn(byPrompt, prompt);
    const counted = `${each.source} ${prompt ?? ''}`;
    const ordinal = ordinals.get(counted) ?? 0;
    ordinals.set(counted, ordinal + 1);
    const cluster = there[ordinal];
    if (cluster === undefined) {
      const own = [each];
      found.push(own);
      there.push(own);
    } else cluster.push(each);
  }
  return found;
}

/** The list of a key, which is there from now on. */
function listIn<T>(lists: Map<string, T[]>, key: string): T[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}

/** The first source in the order of trust that says something of a field. */
function trusted(
  cluster: readonly Told[],
  field: 'version' | 'project' | 'session' | 'person' | 'trigger',
): string {
  for (const source of TRUST)
    for (const each of cluster) if (each.source === source && each[field] !== '') return each[field];
  return '';
}

/** The activations behind signals that share keys, whatever the order in which they came. */
export const activationsOf = (told: readonly Told[]): Activation[] =>
  clusters(told).map((cluster) => {
    const [first] = cluster.toSorted(byTime);
    if (first === undefined) throw new Error('a cluster without signals');
    return {
      id: cluster.map(({ id }) => id).sort()[0] ?? first.id,
      ...{ at: first.at, kind: first.kind, slug: first.slug },
      version: trusted(cluster, 'version'),
      project: trusted(cluster, 'project'),
      session: trusted(cluster, 'session'),
      person: trusted(cluster, 'person'),
      trigger: trusted(cluster, 'trigger'),
      sources: TRUST.filter((source) => cluster.some((each) => each.source === source)),
    };
  });

export const contributionOf = (
  tenant: string,
  { sources: _s, id: _i, ...activation }: Activation,
): Contribution => ({
  ...{ tenant, ...activation },
  quantities: { activations: 1 },
});
