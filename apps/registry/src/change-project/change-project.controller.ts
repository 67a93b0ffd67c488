import { Controller } from '@nestjs/common';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { ChangeProject } from '@loam/contracts/projects';
import { EventStore } from '@loam/event-store';
import type { Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { changeProjects } from '../change-projects';
import { claimRemote, findProject } from '../project.queries';
import { changeProject } from './change-project.decider';

@Controller()
export class ChangeProjectController {
  constructor(private readonly store: EventStore) {}

  @OnRequest(ChangeProject)
  async change(
    { slug, ...given }: Input<typeof ChangeProject>,
    call: Call,
  ): Promise<Output<typeof ChangeProject> | Rejection<ProblemOf<typeof ChangeProject>>> {
    const remote = claimRemote(given.gitRemote ?? null);
    if ('rejected' in remote) return remote;
    const changes = given.gitRemote === undefined ? given : { ...given, gitRemote: remote.gitRemote };
    const outcome = await changeProjects(this.store, call.context, {
      ...{ slug, decider: changeProject },
      command: async (tx) => ({ slug, changes, remoteOf: await remote.takenFrom(tx, slug) }),
    });
    if ('rejected' in outcome) return outcome;
    return this.store.database.tenant(call.tenant, (tx) => findProject(tx, slug));
  }
}
