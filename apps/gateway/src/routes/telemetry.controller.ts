import { Controller } from '@nestjs/common';
import * as http from '@loam/contracts/http/telemetry';
import { GetTopSkills, GetUsageTimeline } from '@loam/contracts/telemetry';
import { Bus, valueOf } from '@loam/messaging';
import type { Edge } from '../edge';
import { Pseudonyms } from '../pseudonyms';
import { Route, type Given } from '../route';

@Controller()
export class TelemetryController {
  constructor(
    private readonly bus: Bus,
    private readonly pseudonyms: Pseudonyms,
  ) {}

  @Route(http.usageTimeline)
  async timeline({ query }: Given<typeof http.usageTimeline>, { caller }: Edge) {
    return valueOf(await this.bus.request(GetUsageTimeline, query, caller));
  }

  @Route(http.topSkills)
  async top({ query }: Given<typeof http.topSkills>, { caller, principal }: Edge) {
    const { days, limit, project: named, ...others } = query;
    const project = named && this.pseudonyms.of(principal.tenantId, 'project', named);
    const filter = { ...others, project };
    return valueOf(await this.bus.request(GetTopSkills, { days, limit, filter }, caller));
  }
}
