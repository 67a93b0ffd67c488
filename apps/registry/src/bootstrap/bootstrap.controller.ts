import { Controller } from '@nestjs/common';
import { Bootstrap } from '@loam/contracts/bootstrap';
import type { Input, Output } from '@loam/contracts/define';
import type { CatalogEntry } from '@loam/contracts/registry';
import { Database, type Tx } from '@loam/database';
import { OnRequest, type Call } from '@loam/messaging';
import { findProjectWithItems } from '../project.queries';
import { findExactly, resolveItems } from './project-items';
import { findCurated, findTagged } from './recommendations';

type Answer = Output<typeof Bootstrap>;
interface OfProject extends Pick<Answer, 'project' | 'projectItems' | 'warnings'> {
  readonly stack: readonly string[];
  readonly skills: readonly CatalogEntry[];
}

const nothing: OfProject = { project: null, projectItems: [], warnings: [], stack: [], skills: [] };

@Controller()
export class BootstrapController {
  constructor(private readonly database: Database) {}

  @OnRequest(Bootstrap)
  bootstrap({ stack: given, project, limit }: Input<typeof Bootstrap>, call: Call): Promise<Answer> {
    return this.database.tenant(call.tenant, async (tx) => {
      const own = project === null ? nothing : await this.ofProject(tx, project);
      // Without a stack of its caller's, a project brings its own.
      const stack = given.length > 0 ? [...new Set(given)] : [...own.stack];
      const without = own.projectItems.filter(({ kind }) => kind === 'skill').map(({ slug }) => slug);
      const curated = await findCurated(tx, { stack, without, limit });
      const tagged = await findTagged(tx, { stack, without, limit: limit - curated.skills.length });
      const recommended = [...curated.skills, ...tagged.skills];
      return {
        ...{ stack, project: own.project, projectItems: own.projectItems, warnings: own.warnings },
        skills: [...own.skills, ...recommended],
        tiers: {
          ...{ project: own.skills.length, curated: curated.skills.length, tagged: tagged.skills.length },
          semantic: 0,
        },
        truncated: curated.total + tagged.total - recommended.length,
      };
    });
  }

  private async ofProject(tx: Tx, slug: string): Promise<OfProject> {
    const project = await findProjectWithItems(tx, slug);
    if ('rejected' in project) return { ...nothing, warnings: [project.detail] };
    const resolutions = await resolveItems(tx, project.items);
    const projectItems = resolutions.map(({ item }) => item);
    const chosen = projectItems.flatMap(({ kind, slug: of, resolved }) =>
      kind === 'skill' && resolved !== null ? [{ slug: of, version: resolved.version }] : [],
    );
    return {
      ...{ project: { slug: project.slug, name: project.name }, projectItems, stack: project.stackTags },
      warnings: resolutions.flatMap(({ warnings }) => warnings),
      skills: await findExactly(tx, chosen),
    };
  }
}
