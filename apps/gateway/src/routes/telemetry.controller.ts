import { Controller } from '@nestjs/common';
import * as http from '@loam/contracts/http/telemetry';
import { GetTopSkills, GetUsageTimeline } from '@loam/contracts/telemetry';
import { uuidv7 } from '@loam/kernel';
import { Bus, Refused, valueOf } from '@loam/messaging';
import type { Edge } from '../edge';
import { KnownSkills } from '../known-skills';
import { UsageRecorder } from '../record-usage/usage-recorder';
import { Route, type Given } from '../route';

@Controller()
export class TelemetryController {
  constructor(
    private readonly bus: Bus,
    private readonly recorder: UsageRecorder,
    private readonly known: KnownSkills,
  ) {}

  @Route(http.reportUsage)
  async report({ body }: Given<typeof http.reportUsage>, edge: Edge): Promise<void> {
    const { skill_id: slug, kind, event, version = null, id = uuidv7() } = body;
    await this.known.demand({ kind, slug, version }, edge);
    const { tenantId: tenant } = edge.principal;
    const result = await this.recorder.record({
      ...{ id, tenant, kind, slug, version, event },
      at: new Date().toISOString(),
    });
    if (valueOf(result) === 'conflict')
      throw new Refused({
        code: 'usage-conflict',
        detail: `The use ${id} was reported before, with other content.`,
      });
  }

  @Route(http.usageTimeline)
  async timeline({ query }: Given<typeof http.usageTimeline>, { caller }: Edge) {
    return valueOf(await this.bus.request(GetUsageTimeline, query, caller));
  }

  @Route(http.topSkills)
  async top({ query }: Given<typeof http.topSkills>, { caller }: Edge) {
    return valueOf(await this.bus.request(GetTopSkills, query, caller));
  }
}
