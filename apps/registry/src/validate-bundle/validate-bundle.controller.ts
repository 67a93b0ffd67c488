import { Controller, Inject } from '@nestjs/common';
import type { BlobStore } from '@loam/blobs';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { ValidateBundle } from '@loam/contracts/safety';
import { EventStore } from '@loam/event-store';
import { reject, type Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { isStagedFor, UploadReader } from '@loam/uploads';
import { BLOBS } from '../registry.parts';
import { isBlocked } from '../safety.queries';

const BLOCKED = { code: 'digest-blocked', detail: 'An administrator blocked these bytes.' };

@Controller()
export class ValidateBundleController {
  constructor(
    private readonly store: EventStore,
    private readonly uploads: UploadReader,
    @Inject(BLOBS) private readonly blobs: BlobStore,
  ) {}

  /** Reads and judges as publishing does; the staged bytes go, whatever the answer. */
  @OnRequest(ValidateBundle)
  async validate(
    { kind, profile, stagingKey, uploadSha256 }: Input<typeof ValidateBundle>,
    call: Call,
  ): Promise<Output<typeof ValidateBundle> | Rejection<ProblemOf<typeof ValidateBundle>>> {
    if (!isStagedFor(call.tenant, stagingKey)) return reject('upload-lost', 'There is no such upload.');
    const upload = await this.uploads.read(stagingKey, uploadSha256, {
      ...{ deriveDescription: kind === 'command', scan: { previous: null, metadata: null }, profile },
    });
    await this.blobs.delete(stagingKey);
    if ('rejected' in upload) return upload;
    const { name, description, tags, files, sha256, fingerprint, scan, issues, tarGz } = upload;
    const read = { name, description, tags, files, sha256, fingerprint, bytes: tarGz.length };
    const blocked = await this.store.database.tenant(call.tenant, (tx) => isBlocked(tx, sha256));
    if (!blocked) return { ...read, scan, issues };
    return { ...read, scan: scan && { ...scan, verdict: 'blocked' }, issues: [...issues, BLOCKED] };
  }
}
