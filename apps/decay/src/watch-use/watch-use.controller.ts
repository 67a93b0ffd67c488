import { Controller } from '@nestjs/common';
import type { EventOf } from '@loam/contracts/envelope';
import { SkillUsed } from '@loam/contracts/telemetry';
import type { UnitOfWork } from '@loam/event-store';
import { OnEvent } from '@loam/messaging';
import { observeUses } from './observe-uses';

@Controller()
export class WatchUseController {
  @OnEvent(SkillUsed, 'watch-use')
  async watch({ data }: EventOf<typeof SkillUsed>, unit: UnitOfWork): Promise<void> {
    await observeUses(unit, [data]);
  }
}
