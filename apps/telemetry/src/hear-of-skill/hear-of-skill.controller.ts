import { Controller } from '@nestjs/common';
import { fact } from '@loam/contracts/define';
import type { EventOf } from '@loam/contracts/envelope';
import { SkillMovedIn } from '@loam/contracts/names';
import { SkillPublished } from '@loam/contracts/registry';
import type { Item } from '@loam/contracts/skill';
import { NO_STREAM, type UnitOfWork } from '@loam/event-store';
import { OnEvents, type Occurrence } from '@loam/messaging';
import { SkillHeardOf, skillStream } from '../skill.stream';
import { knownAmong } from './is-known';

@Controller()
export class HearOfSkillController {
  @OnEvents(SkillPublished, 'hear-of-skill')
  async hear(
    published: readonly Occurrence<EventOf<typeof SkillPublished>>[],
    unit: UnitOfWork,
  ): Promise<void> {
    await note(published, unit);
  }

  @OnEvents(SkillMovedIn, 'hear-of-new-name')
  async hearOfNewName(
    moved: readonly Occurrence<EventOf<typeof SkillMovedIn>>[],
    unit: UnitOfWork,
  ): Promise<void> {
    await note(moved, unit);
  }
}

/** Each of another item, as each event is of another stream. */
async function note(events: readonly Occurrence<{ readonly data: Item }>[], unit: UnitOfWork): Promise<void> {
  const items = events.map(({ event, cause }) => ({ kind: event.data.kind, slug: event.data.slug, cause }));
  const known = await knownAmong(unit.tx, items);
  const { tenant } = unit.context;
  const appends = items
    .filter((_, index) => !known.has(index))
    .map(({ kind, slug, cause }) => ({
      ...{ stream: skillStream(tenant, { kind, slug }), expected: NO_STREAM, cause },
      facts: [fact(SkillHeardOf, { kind, slug })],
    }));
  if (appends.length > 0) await unit.append(...appends);
}
