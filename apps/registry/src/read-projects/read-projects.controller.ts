import { Controller } from '@nestjs/common';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { GetProject, ListProjects, ResolveProject } from '@loam/contracts/projects';
import { Database } from '@loam/database';
import { reject, type Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { findProjectByRemote, findProjects, findProjectWithItems } from '../project.queries';

@Controller()
export class ReadProjectsController {
  constructor(private readonly database: Database) {}

  @OnRequest(ListProjects)
  list(_: Input<typeof ListProjects>, call: Call): Promise<Output<typeof ListProjects>> {
    return this.database.tenant(call.tenant, findProjects);
  }

  @OnRequest(GetProject)
  get(
    { slug }: Input<typeof GetProject>,
    call: Call,
  ): Promise<Output<typeof GetProject> | Rejection<ProblemOf<typeof GetProject>>> {
    return this.database.tenant(call.tenant, (tx) => findProjectWithItems(tx, slug));
  }

  @OnRequest(ResolveProject)
  async resolve(
    { remote }: Input<typeof ResolveProject>,
    call: Call,
  ): Promise<Output<typeof ResolveProject> | Rejection<ProblemOf<typeof ResolveProject>>> {
    const found = await this.database.tenant(call.tenant, (tx) => findProjectByRemote(tx, remote));
    return found ?? reject('project-not-found', 'No project has that git remote.');
  }
}
