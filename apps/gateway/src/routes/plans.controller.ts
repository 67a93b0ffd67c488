import { Controller, Inject } from '@nestjs/common';
import type { BlobStore } from '@loam/blobs';
import * as http from '@loam/contracts/http/plans';
import {
  ActivatePlan,
  DiffPlans,
  GetPlan,
  ImportPlan,
  ListPlans,
  RefreshPlan,
  type Plan,
} from '@loam/contracts/plans';
import { Bus, valueOf } from '@loam/messaging';
import { planKey, readStored } from '@loam/uploads';
import type { Edge } from '../edge';
import { BLOBS } from '../gateway.parts';
import { Route, type Given } from '../route';
import { stageText } from '../stage-text';

/** Fetching may take 10 s, and making Markdown of a page 5 s more. */
const FETCHING = { timeoutMs: 20_000 };

/** A plan in skill-pool's spelling, without its text. */
const toSummary = ({ id, version, status, ...plan }: Plan) => ({
  ...{ id, project_id: plan.projectId, version, body_sha256: plan.sha256 },
  ...{ source_type: plan.sourceType, source_url: plan.sourceUrl, source_etag: plan.sourceEtag },
  ...{ imported_by: plan.importedBy, imported_at: plan.importedAt, status },
  ...{ fetch_error: plan.fetchError, fetch_error_at: plan.fetchErrorAt },
});

@Controller()
export class PlansController {
  constructor(
    private readonly bus: Bus,
    @Inject(BLOBS) private readonly blobs: BlobStore,
  ) {}

  @Route(http.importPlan)
  async import({ params, body }: Given<typeof http.importPlan>, { caller, principal }: Edge) {
    const { source_type: sourceType, source_url: sourceUrl = null, body_md: text = null } = body;
    const staged = text === null ? null : await stageText(this.blobs, principal.tenantId, text);
    const input = { ...params, sourceType, sourceUrl, staged };
    return this.withText(valueOf(await this.bus.request(ImportPlan, input, caller, FETCHING)));
  }

  @Route(http.getPlan)
  async get({ params }: Given<typeof http.getPlan>, { caller }: Edge) {
    return this.withText(valueOf(await this.bus.request(GetPlan, { ...params, version: null }, caller)));
  }

  @Route(http.listPlans)
  async list({ params }: Given<typeof http.listPlans>, { caller }: Edge) {
    return valueOf(await this.bus.request(ListPlans, params, caller)).map(toSummary);
  }

  @Route(http.getPlanVersion)
  async getVersion({ params }: Given<typeof http.getPlanVersion>, { caller }: Edge) {
    return this.withText(valueOf(await this.bus.request(GetPlan, params, caller)));
  }

  @Route(http.diffPlans)
  async diff({ params, query }: Given<typeof http.diffPlans>, { caller }: Edge) {
    return valueOf(await this.bus.request(DiffPlans, { ...params, ...query }, caller, FETCHING));
  }

  @Route(http.refreshPlan)
  async refresh({ params }: Given<typeof http.refreshPlan>, { caller }: Edge) {
    const refreshed = valueOf(await this.bus.request(RefreshPlan, params, caller, FETCHING));
    const { outcome, version, error } = refreshed;
    return { outcome, version, ...(error === null ? {} : { error }) };
  }

  @Route(http.activatePlan)
  async activate({ params, body }: Given<typeof http.activatePlan>, { caller }: Edge) {
    return this.withText(valueOf(await this.bus.request(ActivatePlan, { ...params, ...body }, caller)));
  }

  private async withText(plan: Plan) {
    const text = await readStored(this.blobs, planKey(plan.sha256), plan.sha256);
    return { ...toSummary(plan), body_md: text.toString('utf8') };
  }
}
