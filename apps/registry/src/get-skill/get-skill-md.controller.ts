import { Controller, Inject } from '@nestjs/common';
import type { BlobStore } from '@loam/blobs';
import { readBundle } from '@loam/bundles';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { GetSkillMd } from '@loam/contracts/registry';
import { Database } from '@loam/database';
import { reject, type Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { bundleKey, readStored } from '@loam/uploads';
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
    const bytes = await readStored(this.blobs, bundleKey(found.sha256), found.sha256);
    // These are bytes that we packed ourselves after every check.
    const { entries } = await readBundle(bytes, { deriveDescription: true });
    const skillMd = entries.find(({ path }) => path === 'SKILL.md');
    return {
      ...item,
      version: found.version,
      text: Buffer.from(skillMd?.bytes ?? []).toString('utf8'),
    };
  }
}
