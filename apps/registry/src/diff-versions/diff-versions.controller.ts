import { Controller, Inject } from '@nestjs/common';
import type { BlobStore } from '@loam/blobs';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { DiffVersions } from '@loam/contracts/reading';
import type { SkillVersion } from '@loam/contracts/registry';
import { Database } from '@loam/database';
import type { Rejection } from '@loam/kernel';
import { OnRequest, Refused, type Call } from '@loam/messaging';
import { bundleKey, Differ, readStored } from '@loam/uploads';
import { findSelected } from '../catalog.queries';
import { BLOBS } from '../registry.parts';
import { heldBack } from '../safety.queries';
import { isInstallable } from '../select-version.rules';

@Controller()
export class DiffVersionsController {
  constructor(
    private readonly database: Database,
    private readonly differ: Differ,
    @Inject(BLOBS) private readonly blobs: BlobStore,
  ) {}

  @OnRequest(DiffVersions)
  async diff(
    { from: older, to: newer, ...item }: Input<typeof DiffVersions>,
    call: Call,
  ): Promise<Output<typeof DiffVersions> | Rejection<ProblemOf<typeof DiffVersions>>> {
    const [from, to] = await this.database.tenant(call.tenant, async (tx) => [
      await findSelected(tx, item, older),
      await findSelected(tx, item, newer),
    ]);
    if (from === undefined || to === undefined) throw new Error('two versions were looked for');
    if ('rejected' in from) return from;
    if ('rejected' in to) return to;
    const held = [from, to].find((version) => !isInstallable(version));
    if (held !== undefined) return this.database.tenant(call.tenant, (tx) => heldBack(tx, held));
    return { from, to, files: from.fingerprint === to.fingerprint ? [] : await this.filesOf(from, to) };
  }

  private async filesOf(from: SkillVersion, to: SkillVersion) {
    const [a, b] = await Promise.all([this.stored(from), this.stored(to)]);
    const files = await this.differ.diff(a, b);
    if (files !== undefined) return files;
    const detail = 'Comparing the versions takes too long at the moment.';
    throw new Refused({ code: 'unavailable', detail, retryAfterSeconds: 1 });
  }

  private stored({ sha256 }: SkillVersion): Promise<Buffer> {
    return readStored(this.blobs, bundleKey(sha256), sha256);
  }
}
