import { Controller } from '@nestjs/common';
import { Bootstrap } from '@loam/contracts/bootstrap';
import type { Input, Output } from '@loam/contracts/define';
import type { CatalogEntry } from '@loam/contracts/registry';
import { Database, type Tx } from '@loam/database';
import { OnRequest, type Call } from '@loam/messaging';
import { QueryMeaning } from '../query-meaning';
import { TenantSearch } from '../tenant-search';
import { findProjectWithItems } from '../project.queries';
import { findExactly, resolveItems } from './project-items';
import { recommend } from './recommendations';

type Answer = Output<typeof Bootstrap>;
interface OfProject extends Pick<Answer, 'project' | 'projectItems' | 'warnings'> {
  readonly stack: readonly string[];
  readonly skills: readonly CatalogEntry[];
}

const nothing: OfProject = { project: null, projectItems: [], warnings: [], stack: [], skills: [] };

/** Nothing is similar to an empty stack, and while the embeddings are away nobody can tell. */
interface Similar {
  readonly slugs: readonly string[];
  readonly away: boolean;
}

/** As many as skill-pool looks at. */
const MOST_SIMILAR = 16;

@Controller()
export class BootstrapController {
  constructor(
    private readonly database: Database,
    private readonly search: TenantSearch,
    private readonly meaning: QueryMeaning,
  ) {}

  @OnRequest(Bootstrap)
  async bootstrap({ stack: given, project, limit }: Input<typeof Bootstrap>, call: Call): Promise<Answer> {
    const { database } = this;
    const own =
      project === null ? nothing : await database.tenant(call.tenant, (tx) => this.ofProject(tx, project));
    // Without a stack of its caller's, a project brings its own.
    const stack = given.length > 0 ? [...new Set(given)] : [...own.stack];
    const similar = await this.similarTo(stack, call);
    const without = own.projectItems.filter(({ kind }) => kind === 'skill').map(({ slug }) => slug);
    const { skills, tiers, truncated } = await database.tenant(call.tenant, (tx) =>
      recommend(tx, { stack, without, limit }, similar.slugs),
    );
    return {
      ...{ stack, project: own.project, projectItems: own.projectItems, truncated },
      skills: [...own.skills, ...skills],
      tiers: { project: own.skills.length, ...tiers },
      warnings: [
        ...own.warnings,
        ...(similar.away ? ['The embeddings are away: nothing was looked for by meaning.'] : []),
      ],
    };
  }

  private async similarTo(stack: readonly string[], call: Call): Promise<Similar> {
    if (stack.length === 0) return { slugs: [], away: false };
    const semantic = await this.meaning.of(stack.join(' '));
    if (semantic === undefined) return { slugs: [], away: true };
    const { hits } = await this.search.similar(call.tenant, {
      ...{ semantic, limit: MOST_SIMILAR, after: null },
      narrowing: { kinds: ['skill'], tags: [], author: null, statuses: ['published'] },
    });
    return { slugs: hits.map(({ slug }) => slug), away: false };
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
