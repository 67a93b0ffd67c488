import { Controller } from '@nestjs/common';
import type { EventOf } from '@loam/contracts/envelope';
import { SkillReviewed, SkillScanned } from '@loam/contracts/registry';
import type { UnitOfWork } from '@loam/event-store';
import { OnEvent } from '@loam/messaging';
import { observe } from '../observe';
import { watchEvaluation } from './watch-evaluation.decider';

/** Until there are evaluations of quality, a version was last judged by the safety gate or by a reviewer. */
@Controller()
export class WatchEvaluationController {
  @OnEvent(SkillScanned, 'watch-scan')
  async watch({ data, occurredAt: at }: EventOf<typeof SkillScanned>, unit: UnitOfWork): Promise<void> {
    const { kind, slug, version } = data;
    await observe(unit, watchEvaluation, data, { kind, slug, version, at });
  }

  @OnEvent(SkillReviewed, 'watch-review')
  async watchReview(
    { data, occurredAt: at }: EventOf<typeof SkillReviewed>,
    unit: UnitOfWork,
  ): Promise<void> {
    const { kind, slug, version } = data;
    await observe(unit, watchEvaluation, data, { kind, slug, version, at });
  }
}
