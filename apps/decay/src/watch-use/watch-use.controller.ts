import { Controller } from '@nestjs/common';
import type { EventOf } from '@loam/contracts/envelope';
import { SkillUsed } from '@loam/contracts/telemetry';
import type { UnitOfWork } from '@loam/event-store';
import { OnEvents, type Occurrence } from '@loam/messaging';
import { observeAll } from '../observe';
import { watchUse } from './watch-use.decider';

@Controller()
export class WatchUseController {
  @OnEvents(SkillUsed, 'watch-use')
  async watch(used: readonly Occurrence<EventOf<typeof SkillUsed>>[], unit: UnitOfWork): Promise<void> {
    const observations = used.map(({ event: { data }, cause }) => {
      const { kind, slug, version, day } = data;
      return { about: { kind, slug, use: { version, day } }, command: data, cause };
    });
    await observeAll(unit, watchUse, observations);
  }
}
