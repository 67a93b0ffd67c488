import { Controller, Inject } from '@nestjs/common';
import type { BlobStore } from '@loam/blobs';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { GetSkillMd } from '@loam/contracts/registry';
import { Database } from '@loam/database';
import type { Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { bundleKey, readSkillMd } from '@loam/uploads';
import { findSelected } from '../catalog.queries';
import { BLOBS } from '../registry.parts';
import { heldBack } from '../safety.queries';
import { isInstallable } from '../select-version.rules';

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
    const skill = await this.database.tenant(call.tenant, async (tx) => {
      const found = await findSelected(tx, item, version);
      return 'rejected' in found || isInstallable(found) ? found : heldBack(tx, found);
    });
    if ('rejected' in skill) return skill;
    return { skill, text: await readSkillMd(this.blobs, bundleKey(skill.sha256), skill.sha256) };
  }
}
