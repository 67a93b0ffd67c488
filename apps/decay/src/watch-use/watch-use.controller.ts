import { Controller } from '@nestjs/common';
import type { EventOf } from '@loam/contracts/envelope';
import { SkillUsed } from '@loam/contracts/telemetry';
import type { UnitOfWork } from '@loam/event-store';
import { OnEvent } from '@loam/messaging';
import { observe } from '../observe';
import { watchUse } from './watch-use.decider';

@Controller()
export class WatchUseController {
  @OnEvent(SkillUsed, 'watch-use')
  async watch({ data }: EventOf<typeof SkillUsed>, unit: UnitOfWork): Promise<void> {
    const { kind, slug, version, day } = data;
    await observe(unit, watchUse, { kind, slug, versions: [version ?? ''], day }, data);
  }
}
