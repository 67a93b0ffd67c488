import type { Counters } from '@loam/contracts/telemetry';
import type { UsageFilter } from '@loam/contracts/usage';

const counterOf = {
  view: 'views',
  download: 'downloads',
  install: 'installs',
  activation: 'activations',
} as const;

function ofOutcome(
  { invocations, successes, partials, failures }: Counters,
  outcome: NonNullable<UsageFilter['outcome']>,
): Partial<Counters> {
  switch (outcome) {
    case 'success':
      return { invocations: successes, successes };
    case 'partial':
      return { invocations: partials, partials };
    case 'failure':
      return { invocations: failures, failures };
    case 'unknown':
      return { invocations: invocations - successes - partials - failures };
  }
}

/** Leaves of counters what is asked for alone. Only invocations have outcomes, so an outcome goes before an event. */
export function keepOnly(counters: Counters, { event, outcome }: UsageFilter): Partial<Counters> {
  if (outcome !== undefined) return ofOutcome(counters, outcome);
  if (event === undefined) return counters;
  if (event !== 'invocation') return { [counterOf[event]]: counters[counterOf[event]] };
  const { invocations, successes, partials, failures, corrections } = counters;
  return { invocations, successes, partials, failures, corrections };
}

type Dimension = 'slug' | 'kind' | 'version' | 'project' | 'trigger';

/** The conditions that a filter puts on columns, and their parameters, the first of which is `$first`. */
export function conditionsOf(
  filter: UsageFilter,
  first: number,
  columnOf: (name: Dimension) => string = (name) => name,
): { sql: string; parameters: string[] } {
  const said = (['slug', 'kind', 'version', 'project', 'trigger'] as const).flatMap((name) => {
    const value = filter[name];
    return value === undefined ? [] : [{ name, value }];
  });
  return {
    sql: said.map(({ name }, index) => ` AND ${columnOf(name)} = $${String(first + index)}`).join(''),
    parameters: said.map(({ value }) => value),
  };
}
