import { Controller } from '@nestjs/common';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { ReplaceProjectItems } from '@loam/contracts/projects';
import { EventStore } from '@loam/event-store';
import type { Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { changeProjects } from '../change-projects';
import { replaceItems } from './replace-items.decider';

@Controller()
export class ReplaceItemsController {
  constructor(private readonly store: EventStore) {}

  @OnRequest(ReplaceProjectItems)
  async replace(
    command: Input<typeof ReplaceProjectItems>,
    call: Call,
  ): Promise<Output<typeof ReplaceProjectItems> | Rejection<ProblemOf<typeof ReplaceProjectItems>>> {
    const { slug } = command;
    const outcome = await changeProjects(this.store, call.context, {
      ...{ slug, decider: replaceItems, command: () => command },
    });
    return 'rejected' in outcome ? outcome : { slug };
  }
}
