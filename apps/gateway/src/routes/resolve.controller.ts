import { Controller } from '@nestjs/common';
import * as http from '@loam/contracts/http/resolve';
import { Resolve } from '@loam/contracts/resolve';
import { Bus, valueOf } from '@loam/messaging';
import type { Edge } from '../edge';
import { Route, type Given } from '../route';

@Controller()
export class ResolveController {
  constructor(private readonly bus: Bus) {}

  @Route(http.resolve)
  async resolve({ body }: Given<typeof http.resolve>, { caller }: Edge) {
    const roots = body.roots.map(({ version = null, ...item }) => ({ ...item, version }));
    return valueOf(await this.bus.request(Resolve, { roots, missing: body.missing }, caller));
  }
}
