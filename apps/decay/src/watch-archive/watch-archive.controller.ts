import { Controller } from '@nestjs/common';
import type { EventOf } from '@loam/contracts/envelope';
import { SkillRenamed } from '@loam/contracts/names';
import { SkillArchived, SkillErased, SkillUnarchived } from '@loam/contracts/registry';
import type { UnitOfWork } from '@loam/event-store';
import { OnEvent } from '@loam/messaging';
import { observe } from '../observe';
import { moveItem } from './move-item';
import { watchArchive } from './watch-archive.decider';

@Controller()
export class WatchArchiveController {
  @OnEvent(SkillArchived, 'watch-archive')
  async watch(
    { data, revision, occurredAt: at }: EventOf<typeof SkillArchived>,
    unit: UnitOfWork,
  ): Promise<void> {
    await observe(unit, watchArchive, data, { ...data, retired: true, asOf: revision, at });
  }

  @OnEvent(SkillUnarchived, 'watch-return')
  async watchReturn(
    { data, revision, occurredAt: at }: EventOf<typeof SkillUnarchived>,
    unit: UnitOfWork,
  ): Promise<void> {
    await observe(unit, watchArchive, data, { ...data, retired: false, asOf: revision, at });
  }

  @OnEvent(SkillRenamed, 'watch-old-name')
  async watchOldName(
    { data, revision: asOf, occurredAt: at }: EventOf<typeof SkillRenamed>,
    unit: UnitOfWork,
  ): Promise<void> {
    await moveItem(unit, { ...data, asOf, at });
  }

  @OnEvent(SkillErased, 'watch-erasure')
  async watchErasure(
    { data, revision, occurredAt: at }: EventOf<typeof SkillErased>,
    unit: UnitOfWork,
  ): Promise<void> {
    const erased = { ...data, versions: data.versions.map(({ version }) => version) };
    await observe(unit, watchArchive, erased, { ...erased, retired: true, asOf: revision, at });
  }
}
