import { Controller } from '@nestjs/common';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { ListStackMappings, MapStack, UnmapStack } from '@loam/contracts/projects';
import { EventStore } from '@loam/event-store';
import type { Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { stackEvents, stacksStream } from '../stacks.stream';
import { mapStack, unmapStack } from './map-stack.decider';

@Controller()
export class MapStackController {
  constructor(private readonly store: EventStore) {}

  @OnRequest(MapStack)
  async map(
    command: Input<typeof MapStack>,
    call: Call,
  ): Promise<Output<typeof MapStack> | Rejection<ProblemOf<typeof MapStack>>> {
    const stream = stacksStream(call.tenant);
    const outcome = await this.store.execute(call.context, {
      ...{ stream, events: stackEvents, decider: mapStack, command },
    });
    return 'rejected' in outcome ? outcome : command;
  }

  @OnRequest(UnmapStack)
  async unmap(
    command: Input<typeof UnmapStack>,
    call: Call,
  ): Promise<Output<typeof UnmapStack> | Rejection<ProblemOf<typeof UnmapStack>>> {
    const stream = stacksStream(call.tenant);
    const outcome = await this.store.execute(call.context, {
      ...{ stream, events: stackEvents, decider: unmapStack, command },
    });
    return 'rejected' in outcome ? outcome : {};
  }

  @OnRequest(ListStackMappings)
  list(_: Input<typeof ListStackMappings>, call: Call): Promise<Output<typeof ListStackMappings>> {
    return this.store.database.tenant(call.tenant, (tx) =>
      tx.query(
        `SELECT stack, skill FROM stack_mappings WHERE tenant_id = current_setting('loam.tenant')::uuid
         ORDER BY stack, skill`,
      ),
    );
  }
}
