import { Controller } from '@nestjs/common';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { UnyankSkill, YankSkill } from '@loam/contracts/registry';
import { EventStore } from '@loam/event-store';
import type { Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { judgeChange } from '../judge-names';
import { moveVersions } from '../moved';
import { unyankSkill, yankSkill } from './yank-skill.decider';

@Controller()
export class YankSkillController {
  constructor(private readonly store: EventStore) {}

  @OnRequest(YankSkill)
  async yank(
    command: Input<typeof YankSkill>,
    call: Call,
  ): Promise<Output<typeof YankSkill> | Rejection<ProblemOf<typeof YankSkill>>> {
    const refused = await judgeChange(this.store.database, command, call);
    return refused ?? moveVersions(this.store, call.context, command, yankSkill);
  }

  @OnRequest(UnyankSkill)
  async unyank(
    command: Input<typeof UnyankSkill>,
    call: Call,
  ): Promise<Output<typeof UnyankSkill> | Rejection<ProblemOf<typeof UnyankSkill>>> {
    const refused = await judgeChange(this.store.database, command, call);
    return refused ?? moveVersions(this.store, call.context, command, unyankSkill);
  }
}
