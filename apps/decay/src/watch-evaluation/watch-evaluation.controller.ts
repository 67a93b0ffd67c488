import { Controller } from '@nestjs/common';
import type { EventOf } from '@loam/contracts/envelope';
import { SkillReviewed, SkillScanned } from '@loam/contracts/registry';
import type { UnitOfWork } from '@loam/event-store';
import { OnEvent, OnEvents, type Occurrence } from '@loam/messaging';
import { observe, observeAll } from '../observe';
import { watchEvaluation } from './watch-evaluation.decider';

/** Until there are evaluations of quality, a version was last judged by the safety gate or by a reviewer. */
@Controller()
export class WatchEvaluationController {
  /** That a version was judged when it was published is told by its publication. */
  @OnEvents(SkillScanned, 'watch-scan')
  async watch(scanned: readonly Occurrence<EventOf<typeof SkillScanned>>[], unit: UnitOfWork): Promise<void> {
    const later = scanned.filter(({ event }) => event.data.atPublication !== true);
    const observations = later.map(({ event: { data, occurredAt: at }, cause }) => {
      const { kind, slug, version } = data;
      return { about: { kind, slug }, command: { kind, slug, version, at }, cause };
    });
    if (observations.length > 0) await observeAll(unit, watchEvaluation, observations);
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
