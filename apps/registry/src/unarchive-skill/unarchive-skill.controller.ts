import { Controller } from '@nestjs/common';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { UnarchiveSkill } from '@loam/contracts/registry';
import { EventStore } from '@loam/event-store';
import type { Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { moveVersions } from '../moved';
import { unarchiveSkill } from './unarchive-skill.decider';

@Controller()
export class UnarchiveSkillController {
  constructor(private readonly store: EventStore) {}

  @OnRequest(UnarchiveSkill)
  unarchive(
    command: Input<typeof UnarchiveSkill>,
    call: Call,
  ): Promise<Output<typeof UnarchiveSkill> | Rejection<ProblemOf<typeof UnarchiveSkill>>> {
    return moveVersions(this.store, call.context, command, unarchiveSkill);
  }
}
