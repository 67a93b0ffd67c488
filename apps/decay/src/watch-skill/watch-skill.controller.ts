import { Controller } from '@nestjs/common';
import type { EventOf } from '@loam/contracts/envelope';
import { SkillPublished } from '@loam/contracts/registry';
import type { UnitOfWork } from '@loam/event-store';
import { OnEvent } from '@loam/messaging';
import { observe } from '../observe';
import { watchSkill } from './watch-skill.decider';

@Controller()
export class WatchSkillController {
  @OnEvent(SkillPublished, 'watch-skill')
  async watch({ data, occurredAt }: EventOf<typeof SkillPublished>, unit: UnitOfWork): Promise<void> {
    const { kind, slug, version, description } = data;
    const publication = { kind, slug, version, description, publishedAt: occurredAt };
    await observe(unit, watchSkill, { kind, slug, versions: [version] }, publication);
  }
}
