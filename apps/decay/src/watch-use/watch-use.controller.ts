import { Controller } from '@nestjs/common';
import type { EventOf } from '@loam/contracts/envelope';
import { SkillUsed } from '@loam/contracts/telemetry';
import type { UnitOfWork } from '@loam/event-store';
import { OnEvents, type Occurrence } from '@loam/messaging';
import { observeAll } from '../observe';
import { namesNow } from '../old-names.queries';
import { watchUse } from './watch-use.decider';

@Controller()
export class WatchUseController {
  @OnEvents(SkillUsed, 'watch-use')
  async watch(used: readonly Occurrence<EventOf<typeof SkillUsed>>[], unit: UnitOfWork): Promise<void> {
    const nowCalled = await namesNow(
      unit.tx,
      used.map(({ event }) => event.data),
    );
    const observations = used.map(({ event: { data }, cause }) => {
      const { kind, version, day } = data;
      const slug = nowCalled(data);
      const use = slug === undefined ? data : { ...data, slug, toldAs: data.slug };
      return {
        about: { kind, slug: use.slug, use: { version, day, toldAs: 'toldAs' in use ? use.toldAs : '' } },
        ...{ command: use, cause },
      };
    });
    await observeAll(unit, watchUse, observations);
  }
}
