import { Controller } from '@nestjs/common';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { ClaimNamespace, ReleaseNamespace } from '@loam/contracts/names';
import { slugSchema } from '@loam/contracts/skill';
import { EventStore } from '@loam/event-store';
import { reject, type Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { findNamespace } from '../names.queries';
import { namespaceEvents, namespaceStream } from '../namespace.stream';
import { claimNamespace } from './claim-namespace.decider';

@Controller()
export class ClaimNamespaceController {
  constructor(private readonly store: EventStore) {}

  @OnRequest(ClaimNamespace)
  async claim(
    { prefix, owners }: Input<typeof ClaimNamespace>,
    call: Call,
  ): Promise<Output<typeof ClaimNamespace> | Rejection<ProblemOf<typeof ClaimNamespace>>> {
    if (!slugSchema.safeParse(prefix).success)
      return reject('slug-invalid', 'A prefix is 1 to 64 of a-z, 0-9 and single inner hyphens.', '/prefix');
    await this.decide(prefix, owners, call);
    const namespace = await this.store.database.tenant(call.tenant, (tx) => findNamespace(tx, prefix));
    if (namespace === undefined) throw new Error('what was claimed belongs to nobody');
    return namespace;
  }

  @OnRequest(ReleaseNamespace)
  async release(
    { prefix }: Input<typeof ReleaseNamespace>,
    call: Call,
  ): Promise<Output<typeof ReleaseNamespace> | Rejection<ProblemOf<typeof ReleaseNamespace>>> {
    const outcome = await this.decide(prefix, [], call);
    return 'rejected' in outcome ? outcome : {};
  }

  private decide(prefix: string, owners: readonly string[], call: Call) {
    return this.store.execute(call.context, {
      ...{ stream: namespaceStream(call.tenant, prefix), events: namespaceEvents },
      ...{ decider: claimNamespace, command: { prefix, owners } },
    });
  }
}
