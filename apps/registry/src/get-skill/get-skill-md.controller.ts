import { Controller, Inject } from '@nestjs/common';
import type { BlobStore } from '@loam/blobs';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { GetSkillMd } from '@loam/contracts/registry';
import { Database } from '@loam/database';
import { reject, type Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { bundleKey, readSkillMd } from '@loam/uploads';
import { findSelected } from '../catalog.queries';
import { BLOBS } from '../registry.parts';
import { isInstallable } from '../select-version';

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
    const skill = await this.database.tenant(call.tenant, (tx) => findSelected(tx, item, version));
    if ('rejected' in skill) return skill;
    if (!isInstallable(skill))
      return reject('version-held', `${skill.slug} ${skill.version} is ${skill.verdict}.`);
    return { skill, text: await readSkillMd(this.blobs, bundleKey(skill.sha256), skill.sha256) };
  }
}
