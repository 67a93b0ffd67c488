import { Controller } from '@nestjs/common';
import { ListDecayCandidates } from '@loam/contracts/decay';
import * as http from '@loam/contracts/http/decay';
import { Bus, valueOf } from '@loam/messaging';
import type { Edge } from '../edge';
import { Route, type Given } from '../route';

@Controller()
export class DecayController {
  constructor(private readonly bus: Bus) {}

  @Route(http.decayCandidates)
  async candidates({ query }: Given<typeof http.decayCandidates>, { caller }: Edge) {
    const input = { days: query.days, maxUses: query.max_uses, limit: query.limit };
    const found = valueOf(await this.bus.request(ListDecayCandidates, input, caller));
    return found.map(({ useCount, lastUsedAt, createdAt, ...candidate }) => ({
      ...candidate,
      use_count: useCount,
      last_used_at: lastUsedAt,
      created_at: createdAt,
    }));
  }
}
