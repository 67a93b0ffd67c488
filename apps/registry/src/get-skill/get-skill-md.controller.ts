import { Controller, Inject } from '@nestjs/common';
import type { BlobStore } from '@loam/blobs';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { GetSkillMd } from '@loam/contracts/registry';
import { Database } from '@loam/database';
import { reject, type Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { bundleKey, readSkillMd } from '@loam/uploads';
import { findLatest, findVersion } from '../catalog.queries';
import { BLOBS } from '../registry.parts';

@Controller()
export class GetSkillMdController {
  constructor(
    private readonly database: Database,
    @Inject(BLOBS) private readonly blobs: BlobStore,
  ) {}

  @OnRequest(GetSkillMd)
  async get(
    { version, ...item }: Input<typeof GetSkillMd>,
    call: Call,
  ): Promise<Output<typeof GetSkillMd> | Rejection<ProblemOf<typeof GetSkillMd>>> {
    const found = await this.database.tenant(call.tenant, (tx) =>
      version === null ? findLatest(tx, item) : findVersion(tx, item, version),
    );
    if (found === undefined)
      return version === null
        ? reject('skill-not-found', `There is no ${item.kind} called ${item.slug}.`)
        : reject('version-not-found', `There is no version ${version} of ${item.slug}.`);
    return {
      ...item,
      version: found.version,
      text: await readSkillMd(this.blobs, bundleKey(found.sha256), found.sha256),
    };
  }
}
