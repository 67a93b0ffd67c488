import { Controller } from '@nestjs/common';
import { fact } from '@loam/contracts/define';
import type { EventOf } from '@loam/contracts/envelope';
import { SkillMovedIn } from '@loam/contracts/names';
import { SkillPublished } from '@loam/contracts/registry';
import type { Item } from '@loam/contracts/skill';
import { NO_STREAM, type UnitOfWork } from '@loam/event-store';
import { OnEvent } from '@loam/messaging';
import { SkillHeardOf, skillStream } from '../skill.stream';
import { isKnown } from './is-known';

@Controller()
export class HearOfSkillController {
  @OnEvent(SkillPublished, 'hear-of-skill')
  async hear({ data }: EventOf<typeof SkillPublished>, unit: UnitOfWork): Promise<void> {
    await this.note(data, unit);
  }

  @OnEvent(SkillMovedIn, 'hear-of-new-name')
  async hearOfNewName({ data }: EventOf<typeof SkillMovedIn>, unit: UnitOfWork): Promise<void> {
    await this.note(data, unit);
  }

  private async note({ kind, slug }: Item, unit: UnitOfWork): Promise<void> {
    const item = { kind, slug };
    const { tenant } = unit.context;
    if (await isKnown(unit.tx, item)) return;
    await unit.append({
      stream: skillStream(tenant, item),
      expected: NO_STREAM,
      facts: [fact(SkillHeardOf, item)],
    });
  }
}
