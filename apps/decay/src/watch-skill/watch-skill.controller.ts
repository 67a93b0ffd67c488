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
  async watch({ data, occurredAt, actor }: EventOf<typeof SkillPublished>, unit: UnitOfWork): Promise<void> {
    const { kind, slug, version, description, tags, fingerprint } = data;
    const requires = data.requires.map((required) => required.slug);
    await observe(unit, watchSkill, data, {
      ...{ kind, slug, version, description, tags, requires, fingerprint },
      ...{ publishedAt: occurredAt, publishedBy: actor.id },
    });
  }
}
