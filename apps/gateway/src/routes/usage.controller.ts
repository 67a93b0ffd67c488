import { Controller } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Output } from '@loam/contracts/define';
import * as http from '@loam/contracts/http/usage';
import {
  ExplainUsage,
  GetSkillStats,
  GetUsagePolicy,
  GetUsageSeries,
  SetUsagePolicy,
} from '@loam/contracts/usage';
import { Bus, Refused, valueOf } from '@loam/messaging';
import type { Edge } from '../edge';
import { KnownSkills } from '../known-skills';
import { Pseudonyms } from '../pseudonyms';
import { parsePart, Route, type Given } from '../route';
import { csvOf } from './csv';

const HOURS_DAYS = 31;
const DAY_MS = 86_400_000;

const COLUMNS = [
  ...['views', 'downloads', 'installs', 'activations', 'invocations', 'successes', 'partials'],
  ...['failures', 'corrections', 'cost', 'uniqueSkills', 'uniqueProjects', 'uniqueSessions'],
] as const;

const table = ({ buckets }: Output<typeof GetUsageSeries>): string =>
  csvOf([
    ['start', ...COLUMNS, 'success_rate', 'success_low', 'success_high'],
    ...buckets.map((bucket) => [
      ...[bucket.start, ...COLUMNS.map((name) => bucket[name] ?? null)],
      ...[bucket.success?.rate ?? null, bucket.success?.low ?? null, bucket.success?.high ?? null],
    ]),
  ]);

/** The use of skills in more ways than skill-pool's clients know. */
@Controller()
export class UsageController {
  constructor(
    private readonly bus: Bus,
    private readonly pseudonyms: Pseudonyms,
    private readonly known: KnownSkills,
  ) {}

  @Route(http.usageSeries)
  async series({ query }: Given<typeof http.usageSeries>, edge: Edge) {
    const { tz, bucket, compare, event, outcome } = query;
    const found = valueOf(
      await this.bus.request(
        GetUsageSeries,
        {
          ...{ tz, bucket, compare: compare === 'previous' },
          days: bucket === 'hour' ? Math.min(query.days, HOURS_DAYS) : query.days,
          filter: { ...this.filterOf(query, edge), event, outcome },
        },
        edge.caller,
      ),
    );
    return query.format === 'csv' ? sendCsv(edge.reply, table(found)) : found;
  }

  @Route(http.explainUsage)
  async explain({ query }: Given<typeof http.explainUsage>, edge: Edge) {
    const { event, outcome, limit, cursor } = query;
    const to = new Date(query.to ?? Date.now());
    const from = new Date(query.from ?? to.getTime() - DAY_MS);
    const { signals, next } = valueOf(
      await this.bus.request(
        ExplainUsage,
        {
          ...{ from: from.toISOString(), to: to.toISOString(), event, limit },
          filter: { ...this.filterOf(query, edge), outcome },
          ...(cursor === undefined ? {} : { after: afterOf(cursor) }),
        },
        edge.caller,
      ),
    );
    return { signals, next_cursor: next === null ? null : `${next.at}_${next.id}` };
  }

  @Route(http.getUsagePolicy)
  async policy(_: Given<typeof http.getUsagePolicy>, { caller }: Edge) {
    return valueOf(await this.bus.request(GetUsagePolicy, {}, caller));
  }

  @Route(http.setUsagePolicy)
  async setPolicy({ body }: Given<typeof http.setUsagePolicy>, { caller }: Edge) {
    return valueOf(await this.bus.request(SetUsagePolicy, body, caller));
  }

  @Route(http.skillStats)
  async stats({ params, query }: Given<typeof http.skillStats>, edge: Edge) {
    await this.known.demand({ ...params, ...query, version: null }, edge);
    return valueOf(await this.bus.request(GetSkillStats, { ...params, ...query }, edge.caller));
  }

  private filterOf(
    {
      skill,
      kind,
      version,
      project,
      trigger,
    }: Given<typeof http.explainUsage>['query'] | Given<typeof http.usageSeries>['query'],
    { principal }: Edge,
  ) {
    const pseudonym =
      project === undefined ? undefined : this.pseudonyms.of(principal.tenantId, 'project', project);
    return { slug: skill, kind, version, trigger, project: pseudonym };
  }
}

const sendCsv = (reply: FastifyReply, text: string): FastifyReply =>
  reply
    .headers({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="usage.csv"',
    })
    .send(text);

/** @throws Refused `request-invalid` where it is no cursor of ours */
function afterOf(cursor: string) {
  const [at, id] = cursor.split('_');
  if (at === undefined || id === undefined)
    throw new Refused({ code: 'request-invalid', detail: 'The cursor is not one that was given.' });
  return parsePart(ExplainUsage.input.shape.after.unwrap(), { at, id });
}
