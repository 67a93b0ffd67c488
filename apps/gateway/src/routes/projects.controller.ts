import { Controller } from '@nestjs/common';
import { Bootstrap } from '@loam/contracts/bootstrap';
import * as bootstrapHttp from '@loam/contracts/http/bootstrap';
import * as http from '@loam/contracts/http/projects';
import {
  ChangeProject,
  CreateProject,
  DeleteProject,
  GetProject,
  ListProjects,
  ListStackMappings,
  MapStack,
  ReplaceProjectItems,
  ResolveProject,
  UnmapStack,
  type Project,
} from '@loam/contracts/projects';
import { Bus, valueOf } from '@loam/messaging';
import type { Edge } from '../edge';
import { Route, type Given } from '../route';
import { toSkill } from './skill-answers';

/** A project in skill-pool's spelling. */
const toProject = ({ slug, name, description, ...project }: Project) => ({
  ...{ slug, name, description, git_remote: project.gitRemote, stack_tags: project.stackTags },
  plan_auto_refresh_interval_secs: project.planRefreshSeconds,
  plan_pinned: project.planPinned,
  ...{ created_at: project.createdAt, updated_at: project.updatedAt, item_count: project.itemCount },
});

@Controller()
export class ProjectsController {
  constructor(private readonly bus: Bus) {}

  @Route(http.listProjects)
  async list(_: Given<typeof http.listProjects>, { caller }: Edge) {
    return valueOf(await this.bus.request(ListProjects, {}, caller)).map(toProject);
  }

  @Route(http.createProject)
  async create({ body }: Given<typeof http.createProject>, { caller }: Edge) {
    const { slug, name, description = null, git_remote: gitRemote = null, stack_tags: stackTags } = body;
    const planRefreshSeconds = body.plan_auto_refresh_interval_secs ?? null;
    const input = { slug, name, description, gitRemote, stackTags: stackTags ?? [], planRefreshSeconds };
    return toProject(valueOf(await this.bus.request(CreateProject, input, caller)));
  }

  @Route(http.getProject)
  async get({ params }: Given<typeof http.getProject>, { caller }: Edge) {
    const { items, ...project } = valueOf(await this.bus.request(GetProject, params, caller));
    return {
      ...toProject(project),
      items: items.map(({ kind, slug, version }, position) => ({
        skill_slug: slug,
        kind,
        position,
        version,
      })),
    };
  }

  @Route(http.changeProject)
  async change({ params, body }: Given<typeof http.changeProject>, { caller }: Edge) {
    const { name, description, git_remote: gitRemote, stack_tags: stackTags } = body;
    const planRefreshSeconds = body.plan_auto_refresh_interval_secs;
    const changes = { name, description, gitRemote, stackTags: cleared(stackTags, []), planRefreshSeconds };
    return toProject(valueOf(await this.bus.request(ChangeProject, { ...params, ...changes }, caller)));
  }

  @Route(http.deleteProject)
  async delete({ params }: Given<typeof http.deleteProject>, { caller }: Edge): Promise<void> {
    valueOf(await this.bus.request(DeleteProject, params, caller));
  }

  @Route(http.putProjectItems)
  async putItems({ params, body }: Given<typeof http.putProjectItems>, { caller }: Edge): Promise<void> {
    const items = body.map(({ kind, slug, version = null }) => ({ kind, slug, version }));
    valueOf(await this.bus.request(ReplaceProjectItems, { ...params, items }, caller));
  }

  @Route(http.resolveProject)
  async resolve({ query }: Given<typeof http.resolveProject>, { caller }: Edge) {
    return valueOf(await this.bus.request(ResolveProject, query, caller));
  }

  @Route(http.listStackMappings)
  async listMappings(_: Given<typeof http.listStackMappings>, { caller }: Edge) {
    return valueOf(await this.bus.request(ListStackMappings, {}, caller));
  }

  @Route(http.mapStack)
  async map({ body }: Given<typeof http.mapStack>, { caller }: Edge) {
    return valueOf(await this.bus.request(MapStack, body, caller));
  }

  @Route(http.unmapStack)
  async unmap({ body }: Given<typeof http.unmapStack>, { caller }: Edge): Promise<void> {
    valueOf(await this.bus.request(UnmapStack, body, caller));
  }

  @Route(bootstrapHttp.bootstrap)
  async bootstrap({ query }: Given<typeof bootstrapHttp.bootstrap>, { caller }: Edge) {
    const { stack, project = null, limit } = query;
    const found = valueOf(await this.bus.request(Bootstrap, { stack, project, limit }, caller));
    const { curated, tagged, semantic } = found.tiers;
    return {
      ...{ stack: found.stack, skills: found.skills.map((skill) => toSkill(skill)) },
      ...(project === null ? {} : { project: found.project }),
      ...(found.project === null
        ? {}
        : {
            project_items: found.projectItems.map(({ slug, kind, pin, resolved }) => ({
              ...{ slug, kind, source: 'direct', version: pin, resolved },
            })),
          }),
      ...(query.debug === 'true' || query.debug === '1'
        ? {
            tier_breakdown: {
              ...(found.project === null ? {} : { project: found.tiers.project }),
              ...{ curated, tagged, semantic },
            },
          }
        : {}),
      ...{ truncated: found.truncated, warnings: found.warnings },
    };
  }
}

/** What null means for what cannot be null itself. */
const cleared = <T>(change: T | null | undefined, empty: T): T | undefined =>
  change === null ? empty : change;
