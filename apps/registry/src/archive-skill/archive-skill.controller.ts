import { Controller } from '@nestjs/common';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { ArchiveSkill } from '@loam/contracts/registry';
import { EventStore } from '@loam/event-store';
import type { Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { moveVersions } from '../moved';
import { highestOf } from '../select-version.rules';
import { archiveSkill } from './archive-skill.decider';

@Controller()
export class ArchiveSkillController {
  constructor(private readonly store: EventStore) {}

  @OnRequest(ArchiveSkill)
  async archive(
    command: Input<typeof ArchiveSkill>,
    call: Call,
  ): Promise<Output<typeof ArchiveSkill> | Rejection<ProblemOf<typeof ArchiveSkill>>> {
    const moved = await moveVersions(this.store, call.context, command, archiveSkill);
    if ('rejected' in moved) return moved;
    const version = command.version ?? highestOf([...moved.state.versions.keys()]);
    if (version === undefined) throw new Error('an item without versions was archived');
    return { ...moved, version };
  }
}
