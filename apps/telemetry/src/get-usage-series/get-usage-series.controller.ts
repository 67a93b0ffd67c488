import { Controller, Inject } from '@nestjs/common';
import type { Input, Output } from '@loam/contracts/define';
import { countersSchema, type Counters } from '@loam/contracts/telemetry';
import { GetUsageSeries, type UsageFilter } from '@loam/contracts/usage';
import { Database, type Tx } from '@loam/database';
import type { Clock } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { outcomesOf, rateOf } from '../success-rate';
import { keepOnly } from '../usage-filter';
import { policyOf } from '../usage-policy';
import { CLOCK } from '../telemetry.parts';
import {
  countersIn,
  spansOf,
  startsOf,
  uniquesIn,
  type Grain,
  type Span,
  type Uniques,
} from './series.queries';

const NOTHING: Counters = countersSchema.parse(
  Object.fromEntries(Object.keys(countersSchema.shape).map((name) => [name, 0])),
);

/** Money is added in millionths, so that the sum is that of its parts. */
const sumOf = (all: Iterable<Counters>): Counters => {
  const sum = { ...NOTHING };
  for (const each of all)
    for (const name of countersSchema.keyof().options)
      sum[name] = name === 'cost' ? Math.round((sum.cost + each.cost) * 1e6) / 1e6 : sum[name] + each[name];
  return sum;
};

/** What a filter lets through, and the success rate where that is part of it. */
function shown(counters: Counters, filter: UsageFilter) {
  const kept = keepOnly(counters, filter);
  const { successes, partials, failures } = kept;
  const isKnown = successes !== undefined && partials !== undefined && failures !== undefined;
  return { ...kept, success: isKnown ? rateOf(outcomesOf({ successes, partials, failures })) : null };
}

/** How many sessions there are, or null where they are of so few people that these could be told apart. */
const toldSessions = ({ sessions, persons }: Uniques, least: number): number | null =>
  sessions > 0 && (persons === 0 ? sessions : persons) < least ? null : sessions;

@Controller()
export class GetUsageSeriesController {
  constructor(
    private readonly database: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** From rollups alone, so that the time it takes does not depend on how much was told. */
  @OnRequest(GetUsageSeries)
  async series(input: Input<typeof GetUsageSeries>, call: Call): Promise<Output<typeof GetUsageSeries>> {
    return this.database.tenant(call.tenant, (tx) => this.read(tx, input));
  }

  private async read(
    tx: Tx,
    { compare, ...input }: Input<typeof GetUsageSeries>,
  ): Promise<Output<typeof GetUsageSeries>> {
    const { span, before } = await spansOf(tx, this.clock(), input);
    const starts = await startsOf(tx, span, input);
    const counters = await countersIn(tx, span, input);
    const uniques = await uniquesIn(tx, span, input);
    const { leastPeople } = await policyOf(tx);
    const buckets = starts.map((start) => {
      const unique = uniques?.get(start.getTime());
      const none = uniques === undefined ? null : 0;
      return {
        start: start.toISOString(),
        ...shown(counters.get(start.getTime()) ?? NOTHING, input.filter),
        uniqueSkills: unique?.skills ?? none,
        uniqueProjects: unique?.projects ?? none,
        uniqueSessions: unique === undefined ? none : toldSessions(unique, leastPeople),
      };
    });
    return {
      ...{ from: span.from.toISOString(), to: span.to.toISOString(), buckets },
      totals: shown(sumOf(counters.values()), input.filter),
      previous: compare ? await this.previous(tx, before, input) : null,
    };
  }

  private async previous(tx: Tx, span: Span, grain: Grain) {
    const counters = await countersIn(tx, span, grain);
    return {
      ...shown(sumOf(counters.values()), grain.filter),
      ...{ from: span.from.toISOString(), to: span.to.toISOString() },
    };
  }
}
