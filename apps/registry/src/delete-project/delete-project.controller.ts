import { Controller } from '@nestjs/common';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { DeleteProject } from '@loam/contracts/projects';
import { EventStore } from '@loam/event-store';
import type { Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { changeProjects } from '../change-projects';
import { deleteProject } from './delete-project.decider';

@Controller()
export class DeleteProjectController {
  constructor(private readonly store: EventStore) {}

  @OnRequest(DeleteProject)
  async delete(
    command: Input<typeof DeleteProject>,
    call: Call,
  ): Promise<Output<typeof DeleteProject> | Rejection<ProblemOf<typeof DeleteProject>>> {
    const { slug } = command;
    const outcome = await changeProjects(this.store, call.context, {
      ...{ slug, decider: deleteProject, command: () => command },
    });
    return 'rejected' in outcome ? outcome : { slug };
  }
}
