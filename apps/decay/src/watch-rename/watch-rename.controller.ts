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
    const { kind, slug } = data;
    const versions = data.versions.map(({ version }) => version);
    await observe(unit, watchRename, { kind, slug, versions }, { ...data, asOf: revision });
  }
}
