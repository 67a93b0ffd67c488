import { Controller } from '@nestjs/common';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { ReviewSkill } from '@loam/contracts/safety';
import { EventStore } from '@loam/event-store';
import type { Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { findVersion } from '../catalog.queries';
import { moveVersions } from '../moved';
import { reviewSkill } from './review-skill.decider';

@Controller()
export class ReviewSkillController {
  constructor(private readonly store: EventStore) {}

  /** The verdict is read back: bytes that are blocked stay so, whatever was decided about the version. */
  @OnRequest(ReviewSkill)
  async review(
    command: Input<typeof ReviewSkill>,
    call: Call,
  ): Promise<Output<typeof ReviewSkill> | Rejection<ProblemOf<typeof ReviewSkill>>> {
    const moved = await moveVersions(this.store, call.context, command, reviewSkill);
    if ('rejected' in moved) return moved;
    const { slug, version } = command;
    const skill = await this.store.database.tenant(call.tenant, (tx) => findVersion(tx, command, version));
    if (skill === undefined) throw new Error('a version that was decided about is not there');
    return { slug, version, verdict: skill.verdict, latest: moved.latest };
  }
}
