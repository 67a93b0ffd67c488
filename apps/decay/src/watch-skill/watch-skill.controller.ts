import { Controller } from '@nestjs/common';
import type { EventOf } from '@loam/contracts/envelope';
import { SkillPublished } from '@loam/contracts/registry';
import type { UnitOfWork } from '@loam/event-store';
import { OnEvents, type Occurrence } from '@loam/messaging';
import { observeAll } from '../observe';
import { watchSkill } from './watch-skill.decider';

@Controller()
export class WatchSkillController {
  @OnEvents(SkillPublished, 'watch-skill')
  async watch(
    published: readonly Occurrence<EventOf<typeof SkillPublished>>[],
    unit: UnitOfWork,
  ): Promise<void> {
    const observations = published.map(({ event: { data, occurredAt, actor, revision }, cause }) => {
      const { kind, slug, version, description, tags, fingerprint } = data;
      const requires = data.requires.map((required) => required.slug);
      const command = {
        ...{ kind, slug, version, description, tags, requires, fingerprint },
        ...{ publishedAt: occurredAt, publishedBy: actor.id, asOf: revision },
        ...(data.judged === true && { evaluatedAt: occurredAt }),
      };
      return { about: { kind, slug }, command, cause };
    });
    await observeAll(unit, watchSkill, observations);
  }
}
