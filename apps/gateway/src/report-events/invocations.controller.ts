import { Controller } from '@nestjs/common';
import type { Output } from '@loam/contracts/define';
import * as http from '@loam/contracts/http/invocations';
import { GetInvocation, type Signal } from '@loam/contracts/telemetry';
import { uuidv7 } from '@loam/kernel';
import { Bus, Refused, valueOf } from '@loam/messaging';
import type { Edge } from '../edge';
import { idOfKey } from '../event-id';
import { Pseudonyms } from '../pseudonyms';
import { KnownSkills } from '../known-skills';
import { UsageRecorder } from '../usage-recorder';
import { Route, type Given } from '../route';
import { EventQuota } from '../event-quota';

const OK = { ok: true } as const;

const foreign = (): Refused =>
  new Refused({ code: 'invocation-foreign', detail: 'Another token began this invocation.' });

/** Invocations in the words of clients that know no events; they become the same signals. */
@Controller()
export class InvocationsController {
  constructor(
    private readonly bus: Bus,
    private readonly recorder: UsageRecorder,
    private readonly known: KnownSkills,
    private readonly pseudonyms: Pseudonyms,
    private readonly quota: EventQuota,
  ) {}

  @Route(http.startInvocation)
  async start({ body, request }: Given<typeof http.startInvocation>, edge: Edge) {
    const { tenantId, tokenId } = edge.principal;
    const named = { kind: body.kind, name: body.skill_id, version: body.version_id ?? null };
    const missing =
      this.known.slugOf(tenantId, named) === undefined
        ? await this.known.learn(tenantId, [named])
        : undefined;
    const slug = this.known.slugOf(tenantId, named);
    if (slug === undefined)
      throw new Refused({
        code: missing?.get(named) ?? 'skill-not-found',
        detail: `There is no ${[body.kind, body.skill_id, body.version_id ?? ''].join(' ').trim()}.`,
      });
    const id = idOfKey(request.headers, tokenId) ?? uuidv7();
    const session =
      body.session_hash == null ? undefined : this.pseudonyms.of(tenantId, 'session', body.session_hash);
    await this.tell(edge, {
      ...{ id, invocation: id, type: 'started', kind: body.kind, slug, version: named.version },
      ...(session === undefined ? {} : { session }),
    });
    return { invocation_id: id };
  }

  @Route(http.endInvocation)
  async end({ params, body }: Given<typeof http.endInvocation>, edge: Edge) {
    const { kind, slug, version } = await this.own(params.id, edge);
    await this.tell(edge, {
      ...{ id: uuidv7(), invocation: params.id, type: 'ended', kind, slug, version, outcome: body.outcome },
      ...(body.duration_ms == null ? {} : { durationMs: body.duration_ms }),
      ...(body.follow_up_iterations == null ? {} : { followUps: body.follow_up_iterations }),
    });
    return OK;
  }

  @Route(http.rateInvocation)
  async rate({ params, body }: Given<typeof http.rateInvocation>, edge: Edge) {
    const { kind, slug, version } = await this.own(params.id, edge);
    await this.tell(edge, {
      ...{ id: uuidv7(), invocation: params.id, type: 'rated', kind, slug, version, rating: body.value },
    });
    return OK;
  }

  @Route(http.getInvocation)
  async get({ params }: Given<typeof http.getInvocation>, { caller }: Edge) {
    const found = valueOf(await this.bus.request(GetInvocation, params, caller));
    return {
      ...{
        invocation_id: params.id,
        skill: found.slug,
        kind: found.kind,
        version: found.version,
        at: found.at,
      },
      ...{ outcome: found.outcome, by: found.judge, duration_ms: found.durationMs },
      ...{ follow_up_iterations: found.followUps, corrections: found.corrections, cost_usd: found.cost },
      auto_rating: found.autoRating,
    };
  }

  /** @throws Refused where it is unknown, or somebody else began it */
  private async own(id: string, { caller, principal }: Edge): Promise<Output<typeof GetInvocation>> {
    const found = valueOf(await this.bus.request(GetInvocation, { id }, caller));
    if (found.actor !== principal.tokenId) throw foreign();
    return found;
  }

  private async tell(edge: Edge, said: Omit<Signal, 'tenant' | 'source' | 'actor' | 'at'>): Promise<void> {
    const { tenantId: tenant, tokenId: actor } = edge.principal;
    this.quota.take(tenant, 1, (name, value) => edge.reply.header(name, value));
    const at = new Date().toISOString();
    const result = await this.recorder.record({ ...said, tenant, actor, at, source: 'api' });
    const status = valueOf(result);
    if (status === 'foreign') throw foreign();
    if (status === 'conflict' || status === 'mismatched')
      throw new Refused({
        code: 'usage-conflict',
        detail: 'The Idempotency-Key was used before, with other content.',
      });
  }
}
