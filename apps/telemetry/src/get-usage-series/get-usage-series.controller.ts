import { Controller, Inject } from '@nestjs/common';
import type { Input, Output } from '@loam/contracts/define';
import { countersSchema, type Counters } from '@loam/contracts/telemetry';
import { GetUsageSeries } from '@loam/contracts/usage';
import { Database, type Tx } from '@loam/database';
import type { Clock } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { outcomesOf, successRate } from '../success-rate';
import { policyOf } from '../usage-policy';
import { CLOCK } from '../telemetry.parts';
import { countersIn, spansOf, startsOf, uniquesIn, type Grain, type Span } from './series.queries';

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

const withRate = (counters: Counters) => ({ ...counters, success: successRate(outcomesOf(counters)) });

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
    const told = (number: number | null): number | null =>
      number !== null && number > 0 && number < leastPeople ? null : number;
    const buckets = starts.map((start) => {
      const unique = uniques?.get(start.getTime());
      const none = uniques === undefined ? null : 0;
      return {
        start: start.toISOString(),
        ...withRate(counters.get(start.getTime()) ?? NOTHING),
        uniqueSkills: unique?.skills ?? none,
        uniqueProjects: unique?.projects ?? none,
        uniqueSessions: told(unique?.sessions ?? none),
      };
    });
    return {
      ...{ from: span.from.toISOString(), to: span.to.toISOString(), buckets },
      totals: withRate(sumOf(counters.values())),
      previous: compare ? await this.previous(tx, before, input) : null,
    };
  }

  private async previous(tx: Tx, span: Span, grain: Grain) {
    const counters = await countersIn(tx, span, grain);
    return {
      ...withRate(sumOf(counters.values())),
      ...{ from: span.from.toISOString(), to: span.to.toISOString() },
    };
  }
}
