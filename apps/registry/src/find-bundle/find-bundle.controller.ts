import { Controller } from '@nestjs/common';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { FindBundle } from '@loam/contracts/reading';
import { Database, type Tx } from '@loam/database';
import { reject, type Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { findByDigest } from '../catalog.queries';
import { heldBack } from '../safety.queries';
import { isInstallable } from '../select-version.rules';

@Controller()
export class FindBundleController {
  constructor(private readonly database: Database) {}

  /** Bytes are nobody's: who may have them is who has a version that holds them. */
  @OnRequest(FindBundle)
  async find(
    { sha256 }: Input<typeof FindBundle>,
    call: Call,
  ): Promise<Output<typeof FindBundle> | Rejection<ProblemOf<typeof FindBundle>>> {
    return this.database.tenant(call.tenant, (tx) => findHolder(tx, sha256));
  }
}

async function findHolder(
  tx: Tx,
  sha256: string,
): Promise<Output<typeof FindBundle> | Rejection<ProblemOf<typeof FindBundle>>> {
  const holders = await findByDigest(tx, sha256);
  const installable = holders.find(isInstallable);
  if (installable !== undefined) return installable;
  const [held] = holders.filter(({ status }) => status !== 'erased');
  if (held !== undefined) return heldBack(tx, held);
  return holders.length > 0
    ? reject('version-erased', 'The versions that held these bytes were erased.')
    : reject('bundle-not-found', 'No version holds these bytes.');
}
