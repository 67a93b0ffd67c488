import { Controller } from '@nestjs/common';
import {
  ExplainDecay,
  GetDecayDigest,
  GetDecayPolicy,
  ListDecayCandidates,
  ListDecayPolicies,
  ListStandings,
  ListSweeps,
  PinItem,
  RunSweep,
  SetDecayPolicy,
  SnoozeItem,
  TryDecayPolicy,
} from '@loam/contracts/decay';
import * as http from '@loam/contracts/http/decay';
import type { Kind } from '@loam/contracts/skill';
import { Bus, valueOf } from '@loam/messaging';
import type { Edge } from '../edge';
import { Route, type Given } from '../route';

/** Long enough for what looks at every item of a tenant. */
const PATIENT = { timeoutMs: 30_000 };

@Controller()
export class DecayController {
  constructor(private readonly bus: Bus) {}

  @Route(http.decayCandidates)
  async candidates({ query }: Given<typeof http.decayCandidates>, { caller }: Edge) {
    const input = { days: query.days, maxUses: query.max_uses, limit: query.limit };
    const found = valueOf(await this.bus.request(ListDecayCandidates, input, caller));
    // Field by field: of a thousand candidates, taking the rest of each costs as much as all else here.
    return found.map(({ slug, version, description, useCount, lastUsedAt, createdAt }) => ({
      slug,
      version,
      description,
      use_count: useCount,
      last_used_at: lastUsedAt,
      created_at: createdAt,
    }));
  }

  @Route(http.decayStandings)
  async standings({ query }: Given<typeof http.decayStandings>, { caller }: Edge) {
    const { kind = null, rule = null, tag = null, below = null, cursor = null, state, limit } = query;
    const input = { kind, rule, tag, below, cursor, state, limit };
    const { items, next } = valueOf(await this.bus.request(ListStandings, input, caller));
    return { items, next_cursor: next };
  }

  @Route(http.explainDecay)
  async explain({ params, query }: Given<typeof http.explainDecay>, { caller }: Edge) {
    return valueOf(await this.bus.request(ExplainDecay, itemOf(params, query), caller));
  }

  @Route(http.pinItem)
  async pin({ params, query }: Given<typeof http.pinItem>, { caller }: Edge) {
    return valueOf(await this.bus.request(PinItem, { ...itemOf(params, query), pinned: true }, caller));
  }

  @Route(http.unpinItem)
  async unpin({ params, query }: Given<typeof http.unpinItem>, { caller }: Edge) {
    return valueOf(await this.bus.request(PinItem, { ...itemOf(params, query), pinned: false }, caller));
  }

  @Route(http.snoozeItem)
  async snooze({ params, query, body }: Given<typeof http.snoozeItem>, { caller }: Edge) {
    return valueOf(await this.bus.request(SnoozeItem, { ...itemOf(params, query), ...body }, caller));
  }

  @Route(http.wakeItem)
  async wake({ params, query }: Given<typeof http.wakeItem>, { caller }: Edge) {
    return valueOf(await this.bus.request(SnoozeItem, { ...itemOf(params, query), days: 0 }, caller));
  }

  @Route(http.getDecayPolicy)
  async policy({ query }: Given<typeof http.getDecayPolicy>, { caller }: Edge) {
    return valueOf(await this.bus.request(GetDecayPolicy, { version: query.version ?? null }, caller));
  }

  @Route(http.listDecayPolicies)
  async policies(_given: Given<typeof http.listDecayPolicies>, { caller }: Edge) {
    return valueOf(await this.bus.request(ListDecayPolicies, {}, caller));
  }

  @Route(http.setDecayPolicy)
  async setPolicy({ body }: Given<typeof http.setDecayPolicy>, { caller }: Edge) {
    return valueOf(await this.bus.request(SetDecayPolicy, { policy: body }, caller));
  }

  @Route(http.tryDecayPolicy)
  async tryPolicy({ body }: Given<typeof http.tryDecayPolicy>, { caller }: Edge) {
    const input = { policy: body.policy ?? null, on: body.on ?? null };
    return valueOf(await this.bus.request(TryDecayPolicy, input, caller, PATIENT));
  }

  @Route(http.listSweeps)
  async sweeps({ query }: Given<typeof http.listSweeps>, { caller }: Edge) {
    const input = { limit: query.limit, cursor: query.cursor ?? null };
    const { sweeps, next } = valueOf(await this.bus.request(ListSweeps, input, caller));
    return { sweeps, next_cursor: next };
  }

  @Route(http.runSweep)
  async sweep(_given: Given<typeof http.runSweep>, { caller }: Edge) {
    return valueOf(await this.bus.request(RunSweep, {}, caller));
  }

  @Route(http.decayDigest)
  async digest(_given: Given<typeof http.decayDigest>, { caller }: Edge) {
    return valueOf(await this.bus.request(GetDecayDigest, {}, caller, PATIENT));
  }
}

const itemOf = ({ slug }: { readonly slug: string }, { kind }: { readonly kind: Kind }) => ({ kind, slug });
