import { Controller } from '@nestjs/common';
import * as http from '@loam/contracts/http/telemetry';
import { GetTopSkills, GetUsageTimeline } from '@loam/contracts/telemetry';
import { Bus, valueOf } from '@loam/messaging';
import type { Edge } from '../edge';
import { Route, type Given } from '../route';

@Controller()
export class TelemetryController {
  constructor(private readonly bus: Bus) {}

  @Route(http.usageTimeline)
  async timeline({ query }: Given<typeof http.usageTimeline>, { caller }: Edge) {
    return valueOf(await this.bus.request(GetUsageTimeline, query, caller));
  }

  @Route(http.topSkills)
  async top({ query }: Given<typeof http.topSkills>, { caller }: Edge) {
    return valueOf(await this.bus.request(GetTopSkills, query, caller));
  }
}
