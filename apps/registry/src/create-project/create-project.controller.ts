import { Controller } from '@nestjs/common';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { CreateProject } from '@loam/contracts/projects';
import { EventStore } from '@loam/event-store';
import { uuidv7, type Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { changeProjects } from '../change-projects';
import { claimRemote, findProject } from '../project.queries';
import { createProject } from './create-project.decider';

@Controller()
export class CreateProjectController {
  constructor(private readonly store: EventStore) {}

  @OnRequest(CreateProject)
  async create(
    { slug, ...given }: Input<typeof CreateProject>,
    call: Call,
  ): Promise<Output<typeof CreateProject> | Rejection<ProblemOf<typeof CreateProject>>> {
    const remote = claimRemote(given.gitRemote);
    if ('rejected' in remote) return remote;
    const outcome = await changeProjects(this.store, call.context, {
      ...{ slug, decider: createProject },
      command: async (tx) => ({
        ...{ slug, projectId: uuidv7(), settings: { ...given, gitRemote: remote.gitRemote } },
        remoteOf: await remote.takenFrom(tx, slug),
      }),
    });
    if ('rejected' in outcome) return outcome;
    const project = await this.store.database.tenant(call.tenant, (tx) => findProject(tx, slug));
    if ('rejected' in project) throw new Error('the project that was created is not there');
    return project;
  }
}
