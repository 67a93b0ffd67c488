import { isIPv6 } from 'node:net';
import { Controller } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AskHive, ReportToHive, type HiveStats } from '@loam/contracts/hive';
import * as http from '@loam/contracts/http/hive';
import { uuidv7 } from '@loam/kernel';
import { Bus, Refused, valueOf } from '@loam/messaging';
import { redact, redactAndCut } from '@loam/redaction';
import type { Edge } from '../edge';
import { Route, type Given } from '../route';
import { tenantIdOf } from '../tenant-id';
import { isUntracked } from '../untracked';
import { HiveQuota } from './hive-quota';

const SUMMARY = 80;
const MOST = 1000;
const TAG = /^[a-z0-9](?:[a-z0-9._-]{0,31})$/;

/** As its clients print it: successes in all, to two decimals; the time of receipt without a zone. */
const toStats = ({ skillName, total, successes, failures, partials, lastSeen }: HiveStats) => ({
  skill_name: skillName,
  ...{ total, successes, failures, partials },
  success_rate: total === 0 ? 0 : Math.round((100 * successes) / total) / 100,
  last_seen: lastSeen.slice(0, 19).replace('T', ' '),
});

/** The network that a request comes from: /24 or /48. It is counted for a moment and kept nowhere. */
const networkOf = ({ ip }: FastifyRequest): string =>
  isIPv6(ip) ? ip.split(':').slice(0, 3).join(':') : ip.split('.').slice(0, 3).join('.');

/**
 * Names are shown to anybody, so that what could be a secret is none.
 * @throws Refused
 */
function demandPlain(name: string): void {
  if (redact(name) === name) return;
  const [code, detail] = ['request-invalid', 'A name must hold nothing personal or secret.'] as const;
  throw new Refused({ code, detail, errors: [{ code, detail, pointer: '/skill_name' }] });
}

/**
 * The calls of a hive, which come without a token: only for tenants that the operator has opened to it, and in a lane
 * of their own.
 */
@Controller()
export class HiveController {
  constructor(
    private readonly bus: Bus,
    private readonly quota: HiveQuota,
  ) {}

  @Route(http.reportToHive)
  async report({ params, body, request }: Given<typeof http.reportToHive>, edge: Edge) {
    const caller = this.callerOf(params.tenant, request, edge);
    demandPlain(body.skill_name);
    if (isUntracked(request.headers)) return { id: uuidv7(), status: 'declined' as const };
    const input = {
      skillName: body.skill_name,
      outcome: body.outcome,
      tags: (body.tags ?? []).filter((tag) => TAG.test(tag)).slice(0, 16),
      summary: redactAndCut(body.summary, SUMMARY),
    };
    return valueOf(await this.bus.request(ReportToHive, input, caller));
  }

  @Route(http.queryHive)
  async query({ params, body, request }: Given<typeof http.queryHive>, edge: Edge) {
    const input = { query: body.query, skillName: null, limit: MOST };
    const found = valueOf(
      await this.bus.request(AskHive, input, this.callerOf(params.tenant, request, edge)),
    );
    return { skills: found.map(toStats) };
  }

  @Route(http.hiveStats)
  async stats({ params, request }: Given<typeof http.hiveStats>, edge: Edge) {
    const input = { query: null, skillName: params.skill, limit: 1 };
    const [found] = valueOf(
      await this.bus.request(AskHive, input, this.callerOf(params.tenant, request, edge)),
    );
    if (found === undefined)
      throw new Refused({ code: 'skill-not-found', detail: `Nobody has told of ${params.skill}.` });
    return toStats(found);
  }

  @Route(http.hiveCatalog)
  async catalog({ params, request }: Given<typeof http.hiveCatalog>, edge: Edge) {
    const input = { query: null, skillName: null, limit: MOST };
    const found = valueOf(
      await this.bus.request(AskHive, input, this.callerOf(params.tenant, request, edge)),
    );
    return { skills: found.map(toStats) };
  }

  private callerOf(tenant: string, request: FastifyRequest, { correlationId }: Edge) {
    this.quota.take(tenant, networkOf(request));
    const actor = { type: 'service', id: 'gateway' } as const;
    const identity = { tenant: tenantIdOf(tenant), actor, scopes: ['telemetry:write'] };
    return { identity, correlationId };
  }
}
