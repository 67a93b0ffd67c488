import { z } from 'zod';
import { outcomeSchema, type Outcome } from '@loam/contracts/telemetry';
import type { Contribution } from './counters';
import type { Fact } from './facts';

/** Something that was said, and when; of two, which one counts follows from time and id, never from arrival. */
const saidSchema = <S extends z.ZodType>(value: S) => z.object({ at: z.string(), id: z.string(), value });
type Said<T> = { readonly at: string; readonly id: string; readonly value: T };

const aboutSchema = z.object({
  ...{ kind: z.string(), slug: z.string(), version: z.string(), project: z.string() },
  ...{ session: z.string(), person: z.string(), trigger: z.string(), actor: z.string() },
});
const endSchema = z.object({ durationMs: z.number().nullable(), followUps: z.number().nullable() });
const verdict = saidSchema(outcomeSchema).nullable();

/** What is known of one invocation, put together from all that was told of it in whatever order. */
export const invocationSchema = z.object({
  /** What it is of, in the words of its start, or of the first that was told. */
  about: saidSchema(aboutSchema).extend({ isStart: z.boolean() }),
  end: saidSchema(endSchema).nullable(),
  said: z.object({ user: verdict, model: verdict, heuristic: verdict }),
  corrections: z.number(),
  /** Millionths of a US dollar. An end and an outcome tell of the same money, so the last word counts. */
  costMicros: saidSchema(z.number()).nullable(),
});
export type Invocation = z.output<typeof invocationSchema>;

const isLater = (a: Said<unknown>, b: Said<unknown>): boolean =>
  a.at === b.at ? a.id > b.id : Date.parse(a.at) > Date.parse(b.at);

const latest = <T>(known: Said<T> | null, told: Said<T>): Said<T> =>
  known === null || isLater(told, known) ? told : known;

type About = Invocation['about'];

/** The start knows best what was invoked; without one, what was told first. */
function betterAbout(known: About | null, told: About): About {
  if (known === null || (told.isStart && !known.isStart)) return told;
  if (known.isStart && !told.isStart) return known;
  return isLater(known, told) ? told : known;
}

const judgeOf = ({ judge, type }: Fact): 'user' | 'model' | 'heuristic' =>
  judge ?? (type === 'rated' || type === 'corrected' ? 'user' : 'model');

/** A rating is a person's word: up is a success, down a failure. Not to know is no word. */
function verdictOf({ outcome, rating }: Fact): Outcome | null {
  if (rating !== null) return rating > 0 ? 'success' : 'failure';
  return outcome === 'unknown' ? null : (outcome ?? null);
}

/** Adds what one fact tells; the order in which facts are added does not matter. */
export function addToInvocation(known: Invocation | null, fact: Fact): Invocation {
  const { at, id, kind, slug, version, project, session, person, trigger, actor } = fact;
  const when = { at, id };
  const value = { kind, slug, version, project, session, person, trigger, actor };
  const said = known?.said ?? { user: null, model: null, heuristic: null };
  const outcome = verdictOf(fact);
  const judge = judgeOf(fact);
  const end = { durationMs: fact.durationMs, followUps: fact.followUps };
  return {
    about: betterAbout(known?.about ?? null, { ...when, value, isStart: fact.type === 'started' }),
    end: fact.type === 'ended' ? latest(known?.end ?? null, { ...when, value: end }) : (known?.end ?? null),
    said: outcome === null ? said : { ...said, [judge]: latest(said[judge], { ...when, value: outcome }) },
    corrections: (known?.corrections ?? 0) + (fact.type === 'corrected' ? 1 : 0),
    costMicros:
      fact.costMicros === null
        ? (known?.costMicros ?? null)
        : latest(known?.costMicros ?? null, { ...when, value: fact.costMicros }),
  };
}

/** A person's word over the model's own over what was observed; `unknown` only where nobody could tell. */
export function outcomeOf({ said }: Invocation): {
  outcome: Outcome;
  judge: keyof Invocation['said'] | null;
} {
  for (const judge of ['user', 'model', 'heuristic'] as const) {
    const outcome = said[judge]?.value;
    if (outcome !== undefined) return { outcome, judge };
  }
  return { outcome: 'unknown', judge: null };
}

/** The rating that follows from how it went, for clients that know ratings only, with its reason. */
export function autoRatingOf(invocation: Invocation): { value: -1 | 1; reason: string } | null {
  const followUps = invocation.end?.value.followUps ?? 0;
  switch (outcomeOf(invocation).outcome) {
    case 'success':
      return {
        value: 1,
        reason: followUps >= 3 ? `success after ${String(followUps)} follow-ups` : 'success',
      };
    case 'partial':
      return { value: 1, reason: 'partial success' };
    case 'failure':
      return { value: -1, reason: 'failure' };
    case 'unknown':
      return null;
  }
}

const COUNTED = { success: 'successes', partial: 'partials', failure: 'failures' } as const;

/** What an invocation counts, at the time of its start. */
export function contributionOf(tenant: string, invocation: Invocation): Contribution {
  const { outcome } = outcomeOf(invocation);
  const { actor: _, ...about } = invocation.about.value;
  const cost = invocation.costMicros?.value ?? 0;
  return {
    ...{ tenant, at: invocation.about.at, ...about },
    quantities: {
      invocations: 1,
      ...(outcome === 'unknown' ? {} : { [COUNTED[outcome]]: 1 }),
      ...(invocation.corrections > 0 ? { corrections: invocation.corrections } : {}),
      ...(cost > 0 ? { cost_micros: cost } : {}),
    },
  };
}
