import { Controller } from '@nestjs/common';
import { fact } from '@loam/contracts/define';
import type { EventOf } from '@loam/contracts/envelope';
import { SkillPublished } from '@loam/contracts/registry';
import { NO_STREAM, type UnitOfWork } from '@loam/event-store';
import { OnEvent } from '@loam/messaging';
import { SkillHeardOf, skillStream } from '../skill.stream';
import { isKnown } from './is-known';

@Controller()
export class HearOfSkillController {
  @OnEvent(SkillPublished, 'hear-of-skill')
  async hear({ tenant, data }: EventOf<typeof SkillPublished>, unit: UnitOfWork): Promise<void> {
    const item = { kind: data.kind, slug: data.slug };
    if (await isKnown(unit.tx, item)) return;
    await unit.append({
      stream: skillStream(tenant, item),
      expected: NO_STREAM,
      facts: [fact(SkillHeardOf, item)],
    });
  }
}
