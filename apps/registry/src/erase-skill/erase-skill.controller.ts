import { Controller } from '@nestjs/common';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { EraseSkill } from '@loam/contracts/registry';
import { EventStore } from '@loam/event-store';
import { Jobs } from '@loam/jobs';
import type { Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { moveVersions } from '../moved';
import type { registryJobs } from '../registry.jobs';
import { eraseSkill } from './erase-skill.decider';

@Controller()
export class EraseSkillController {
  constructor(
    private readonly store: EventStore,
    private readonly jobs: Jobs<typeof registryJobs>,
  ) {}

  /** From this moment nothing is served of it; the bytes are destroyed by the job that is owed with it. */
  @OnRequest(EraseSkill)
  erase(
    command: Input<typeof EraseSkill>,
    call: Call,
  ): Promise<Output<typeof EraseSkill> | Rejection<ProblemOf<typeof EraseSkill>>> {
    return moveVersions(this.store, call.context, command, eraseSkill, async (unit, [erased]) => {
      if (erased === undefined) return;
      const { kind, slug } = command;
      await this.jobs.intend(unit, 'eraseBundles', erased.id, { kind, slug });
    });
  }
}
