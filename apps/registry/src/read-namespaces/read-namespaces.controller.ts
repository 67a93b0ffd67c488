import { Controller } from '@nestjs/common';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { GetNamespace, ListNamespaces } from '@loam/contracts/names';
import { Database } from '@loam/database';
import { reject, type Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { findNamespace, findNamespaces, namespaceHistory } from '../names.queries';

@Controller()
export class ReadNamespacesController {
  constructor(private readonly database: Database) {}

  @OnRequest(ListNamespaces)
  list(_input: Input<typeof ListNamespaces>, call: Call): Promise<Output<typeof ListNamespaces>> {
    return this.database.tenant(call.tenant, (tx) => findNamespaces(tx));
  }

  @OnRequest(GetNamespace)
  get(
    { prefix }: Input<typeof GetNamespace>,
    call: Call,
  ): Promise<Output<typeof GetNamespace> | Rejection<ProblemOf<typeof GetNamespace>>> {
    return this.database.tenant(call.tenant, async (tx) => {
      const namespace = await findNamespace(tx, prefix);
      return namespace === undefined
        ? reject('namespace-not-found', `Nobody has claimed ${prefix}.`)
        : { ...namespace, history: await namespaceHistory(tx, prefix) };
    });
  }
}
