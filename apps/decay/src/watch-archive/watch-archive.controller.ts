import { Controller } from '@nestjs/common';
import type { EventOf } from '@loam/contracts/envelope';
import { SkillArchived } from '@loam/contracts/registry';
import type { UnitOfWork } from '@loam/event-store';
import { OnEvent } from '@loam/messaging';
import { observe } from '../observe';
import { watchArchive } from './watch-archive.decider';

@Controller()
export class WatchArchiveController {
  @OnEvent(SkillArchived, 'watch-archive')
  async watch({ data }: EventOf<typeof SkillArchived>, unit: UnitOfWork): Promise<void> {
    await observe(unit, watchArchive, data, data);
  }
}
