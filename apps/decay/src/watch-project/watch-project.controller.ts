import { Controller } from '@nestjs/common';
import { fact } from '@loam/contracts/define';
import type { EventOf } from '@loam/contracts/envelope';
import { ProjectDeleted, ProjectItemsReplaced } from '@loam/contracts/projects';
import { itemSchema, type Item } from '@loam/contracts/skill';
import { NO_STREAM, type UnitOfWork } from '@loam/event-store';
import { OnEvent } from '@loam/messaging';
import { ProjectObserved, projectStream } from '../projects.stream';

interface Listing {
  readonly project: string;
  readonly items: readonly Item[];
  readonly asOf: number;
}

/** The latest news of a project counts, in whatever order it comes. */
async function observeProject(unit: UnitOfWork, { project, items, asOf }: Listing): Promise<void> {
  const [known] = await unit.tx.query<{ as_of: number; revision: number }[]>(
    `SELECT as_of, revision FROM project_marks
     WHERE tenant_id = current_setting('loam.tenant')::uuid AND project = $1`,
    [project],
  );
  if (asOf <= (known?.as_of ?? -1)) return;
  await unit.append({
    ...{ stream: projectStream(unit.context.tenant, project), expected: known?.revision ?? NO_STREAM },
    facts: [fact(ProjectObserved, { project, items: [...items], asOf })],
  });
}

@Controller()
export class WatchProjectController {
  @OnEvent(ProjectItemsReplaced, 'watch-project')
  async watch({ data, revision }: EventOf<typeof ProjectItemsReplaced>, unit: UnitOfWork): Promise<void> {
    const items = data.items.flatMap((listed) => {
      const item = itemSchema.safeParse(listed);
      return item.success ? [item.data] : [];
    });
    await observeProject(unit, { project: data.slug, items, asOf: revision });
  }

  @OnEvent(ProjectDeleted, 'watch-project-end')
  async watchEnd({ data, revision }: EventOf<typeof ProjectDeleted>, unit: UnitOfWork): Promise<void> {
    await observeProject(unit, { project: data.slug, items: [], asOf: revision });
  }
}
