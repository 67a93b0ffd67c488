import { Controller } from '@nestjs/common';
import type { EventOf } from '@loam/contracts/envelope';
import { SkillMovedIn } from '@loam/contracts/names';
import type { UnitOfWork } from '@loam/event-store';
import { OnEvent } from '@loam/messaging';
import { observe } from '../observe';
import { watchRename } from './watch-rename.decider';

@Controller()
export class WatchRenameController {
  @OnEvent(SkillMovedIn, 'watch-new-name')
  async arrive({ data, revision }: EventOf<typeof SkillMovedIn>, unit: UnitOfWork): Promise<void> {
    await observe(unit, watchRename, data, { ...data, asOf: revision });
  }
}
