import type { Counters } from '@loam/contracts/telemetry';
import type { UsageFilter } from '@loam/contracts/usage';

const NONE: Counters = {
  ...{ views: 0, downloads: 0, installs: 0, activations: 0, invocations: 0 },
  ...{ successes: 0, partials: 0, failures: 0, corrections: 0, cost: 0 },
};

const counterOf = {
  view: 'views',
  download: 'downloads',
  install: 'installs',
  activation: 'activations',
  invocation: 'invocations',
} as const;

function withOutcome(counters: Counters, outcome: NonNullable<UsageFilter['outcome']>): Counters {
  const { successes, partials, failures } = counters;
  switch (outcome) {
    case 'success':
      return { ...NONE, invocations: successes, successes };
    case 'partial':
      return { ...NONE, invocations: partials, partials };
    case 'failure':
      return { ...NONE, invocations: failures, failures };
    case 'unknown':
      return { ...NONE, invocations: counters.invocations - successes - partials - failures };
  }
}

/** Leaves of counters what is asked for alone. */
export function keepOnly(counters: Counters, { event, outcome }: UsageFilter): Counters {
  const went = outcome === undefined ? counters : withOutcome(counters, outcome);
  if (event === undefined) return went;
  const counter = counterOf[event];
  return event === 'invocation' && outcome !== undefined ? went : { ...NONE, [counter]: went[counter] };
}

/** The conditions that a filter puts on columns, and their parameters, the first of which is `$first`. */
export function conditionsOf(filter: UsageFilter, first: number): { sql: string; parameters: string[] } {
  const said = (['slug', 'kind', 'version', 'project', 'trigger'] as const).flatMap((name) => {
    const value = filter[name];
    return value === undefined ? [] : [{ name, value }];
  });
  return {
    sql: said.map(({ name }, index) => ` AND ${name} = $${String(first + index)}`).join(''),
    parameters: said.map(({ value }) => value),
  };
}
