import { Controller } from '@nestjs/common';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { ArchiveSkill } from '@loam/contracts/registry';
import { EventStore } from '@loam/event-store';
import { reject, type Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { latestOf } from '../latest';
import { skillEvents, skillStream } from '../skill.stream';
import { archiveSkill } from './archive-skill.decider';

@Controller()
export class ArchiveSkillController {
  constructor(private readonly store: EventStore) {}

  @OnRequest(ArchiveSkill)
  async archive(
    item: Input<typeof ArchiveSkill>,
    call: Call,
  ): Promise<Output<typeof ArchiveSkill> | Rejection<ProblemOf<typeof ArchiveSkill>>> {
    const outcome = await this.store.execute(call.context, {
      stream: skillStream(call.tenant, item),
      events: skillEvents,
      decider: archiveSkill,
      command: item,
    });
    if ('rejected' in outcome) return outcome;
    const version = latestOf([...outcome.state.keys()]);
    return version === undefined
      ? reject('skill-not-found', `There is no ${item.kind} called ${item.slug}.`)
      : { slug: item.slug, version };
  }
}
