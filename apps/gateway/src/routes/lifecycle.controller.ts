import { Controller } from '@nestjs/common';
import * as http from '@loam/contracts/http/lifecycle';
import {
  ArchiveSkill,
  EraseSkill,
  ListChannels,
  MoveChannel,
  UnarchiveSkill,
  UnyankSkill,
  YankSkill,
} from '@loam/contracts/registry';
import { Bus, valueOf } from '@loam/messaging';
import type { Edge } from '../edge';
import { Route, type Given } from '../route';

@Controller()
export class LifecycleController {
  constructor(private readonly bus: Bus) {}

  @Route(http.archiveSkill)
  async archive({ params, query }: Given<typeof http.archiveSkill>, { caller }: Edge) {
    const input = { ...params, kind: query.kind, version: query.version ?? null };
    return valueOf(await this.bus.request(ArchiveSkill, input, caller));
  }

  @Route(http.unarchiveSkill)
  async unarchive({ params, query }: Given<typeof http.unarchiveSkill>, { caller }: Edge) {
    const input = { ...params, kind: query.kind, version: query.version ?? null };
    return valueOf(await this.bus.request(UnarchiveSkill, input, caller));
  }

  @Route(http.yankSkill)
  async yank({ params, query, body }: Given<typeof http.yankSkill>, { caller }: Edge) {
    return valueOf(await this.bus.request(YankSkill, { ...params, ...query, ...body }, caller));
  }

  @Route(http.unyankSkill)
  async unyank({ params, query, body }: Given<typeof http.unyankSkill>, { caller }: Edge) {
    return valueOf(await this.bus.request(UnyankSkill, { ...params, ...query, ...body }, caller));
  }

  @Route(http.eraseSkill)
  async erase({ params, query, body }: Given<typeof http.eraseSkill>, { caller }: Edge) {
    const input = { ...params, ...query, version: body.version ?? null, reason: body.reason };
    return valueOf(await this.bus.request(EraseSkill, input, caller));
  }

  @Route(http.listChannels)
  async listChannels({ params, query }: Given<typeof http.listChannels>, { caller }: Edge) {
    const channels = valueOf(await this.bus.request(ListChannels, { ...params, ...query }, caller));
    return channels.map(({ history, ...channel }) => ({
      ...channel,
      history: history.map(({ version, movedAt, movedBy }) => ({
        ...{ version, moved_at: movedAt, moved_by: movedBy },
      })),
    }));
  }

  @Route(http.moveChannel)
  async moveChannel({ params, query, body }: Given<typeof http.moveChannel>, { caller }: Edge) {
    return valueOf(await this.bus.request(MoveChannel, { ...params, ...query, ...body }, caller));
  }

  @Route(http.removeChannel)
  async removeChannel({ params, query }: Given<typeof http.removeChannel>, { caller }: Edge) {
    return valueOf(await this.bus.request(MoveChannel, { ...params, ...query, version: null }, caller));
  }
}
