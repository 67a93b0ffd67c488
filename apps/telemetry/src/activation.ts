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
  for (const each of [...told].sort(byTime)) {
    const call = keyOf(each, TOOL);
    if (call === undefined) callless.push(each);
    else byCall.set(call, [...(byCall.get(call) ?? []), each]);
  }
  const found = [...byCall.values()];
  const ordinals = new Map<string, number>();
  for (const each of callless) {
    const prompt = keyOf(each, PROMPT);
    if (prompt === undefined) {
      found.push([each]);
      continue;
    }
    const ordinal = ordinals.get(`${each.source} ${prompt}`) ?? 0;
    ordinals.set(`${each.source} ${prompt}`, ordinal + 1);
    const there = found.filter((cluster) => cluster.some((other) => keyOf(other, PROMPT) === prompt))[
      ordinal
    ];
    if (there === undefined) found.push([each]);
    else there.push(each);
  }
  return found;
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
