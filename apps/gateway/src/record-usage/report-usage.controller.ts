import { Controller } from '@nestjs/common';
import { reportUsage } from '@loam/contracts/http/telemetry';
import { uuidv7 } from '@loam/kernel';
import { Refused, valueOf } from '@loam/messaging';
import type { Edge } from '../edge';
import { idOfKey } from '../event-id';
import { Route, type Given } from '../route';
import { KnownSkills } from '../known-skills';
import { isUntracked } from '../untracked';
import { UsageRecorder } from '../usage-recorder';

@Controller()
export class ReportUsageController {
  constructor(
    private readonly recorder: UsageRecorder,
    private readonly known: KnownSkills,
  ) {}

  @Route(reportUsage)
  async report({ body, request }: Given<typeof reportUsage>, edge: Edge): Promise<void> {
    const { skill_id: slug, kind, event, version = null } = body;
    await this.known.demand({ kind, slug, version }, edge);
    if (isUntracked(request.headers)) return;
    const { tenantId: tenant, tokenId: actor } = edge.principal;
    const id = body.id ?? idOfKey(request.headers, actor) ?? uuidv7();
    const result = await this.recorder.record({
      ...{ id, tenant, kind, slug, version, actor, type: event, source: 'api' },
      at: new Date().toISOString(),
    });
    if (valueOf(result) === 'conflict')
      throw new Refused({
        code: 'usage-conflict',
        detail: `The use ${id} was reported before, with other content.`,
      });
  }
}
