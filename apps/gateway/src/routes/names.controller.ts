import { Controller } from '@nestjs/common';
import * as http from '@loam/contracts/http/names';
import {
  ClaimNamespace,
  GetNamespace,
  ListNamespaces,
  ReleaseNamespace,
  RenameSkill,
} from '@loam/contracts/names';
import { Bus, valueOf } from '@loam/messaging';
import type { Edge } from '../edge';
import { Route, type Given } from '../route';

interface Namespace {
  readonly prefix: string;
  readonly owners: string[];
  readonly claimedAt: string;
}

const toNamespace = ({ prefix, owners, claimedAt: claimed_at }: Namespace) => ({
  prefix,
  owners,
  claimed_at,
});

@Controller()
export class NamesController {
  constructor(private readonly bus: Bus) {}

  @Route(http.renameSkill)
  async rename({ params, query, body }: Given<typeof http.renameSkill>, { caller }: Edge) {
    return valueOf(await this.bus.request(RenameSkill, { ...params, ...query, ...body }, caller));
  }

  @Route(http.listNamespaces)
  async list(_given: Given<typeof http.listNamespaces>, { caller }: Edge) {
    return valueOf(await this.bus.request(ListNamespaces, {}, caller)).map(toNamespace);
  }

  @Route(http.getNamespace)
  async get({ params }: Given<typeof http.getNamespace>, { caller }: Edge) {
    const namespace = valueOf(await this.bus.request(GetNamespace, params, caller));
    return { ...toNamespace(namespace), history: namespace.history };
  }

  @Route(http.claimNamespace)
  async claim({ params, body }: Given<typeof http.claimNamespace>, { caller }: Edge) {
    return toNamespace(valueOf(await this.bus.request(ClaimNamespace, { ...params, ...body }, caller)));
  }

  @Route(http.releaseNamespace)
  async release({ params }: Given<typeof http.releaseNamespace>, { caller }: Edge): Promise<void> {
    valueOf(await this.bus.request(ReleaseNamespace, params, caller));
  }
}
