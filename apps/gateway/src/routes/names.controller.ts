import { Controller } from '@nestjs/common';
import * as http from '@loam/contracts/http/names';
import {
  ClaimNamespace,
  GetNamespace,
  ListNamespaces,
  ReleaseNamespace,
  RenameSkill,
} from '@loam/contracts/names';
import { Database } from '@loam/database';
import { reject } from '@loam/kernel';
import { Bus, valueOf } from '@loam/messaging';
import type { Edge } from '../edge';
import { refuse } from '../refuse';
import { Route, type Given } from '../route';
import { unknownTokens } from '../tenant.queries';

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
  constructor(
    private readonly bus: Bus,
    private readonly database: Database,
  ) {}

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
  async claim({ params, body }: Given<typeof http.claimNamespace>, { caller, principal }: Edge) {
    const [unknown] = await this.database.tenant(principal.tenantId, (tx) => unknownTokens(tx, body.owners));
    if (unknown !== undefined)
      refuse(
        reject(
          'owner-unknown',
          `${unknown} is the id of no token.`,
          `/owners/${body.owners.indexOf(unknown)}`,
        ),
      );
    return toNamespace(valueOf(await this.bus.request(ClaimNamespace, { ...params, ...body }, caller)));
  }

  @Route(http.releaseNamespace)
  async release({ params }: Given<typeof http.releaseNamespace>, { caller }: Edge): Promise<void> {
    valueOf(await this.bus.request(ReleaseNamespace, params, caller));
  }
}
