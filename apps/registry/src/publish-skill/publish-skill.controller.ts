import { Controller, Inject } from '@nestjs/common';
import type { BlobStore } from '@loam/blobs';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { PublishSkill, type Scan } from '@loam/contracts/registry';
import { EventStore } from '@loam/event-store';
import { crashPoint, reject, type Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { bundleKey, isStagedFor, UploadReader, type CheckedUpload } from '@loam/uploads';
import { lockBundle } from '../bundle-lock';
import { findVersion } from '../catalog.queries';
import { BLOBS } from '../registry.parts';
import { skillEvents, skillStream } from '../skill.stream';
import { TenantCatalogs } from '../tenant-catalogs';
import { foreseeDependencies, type Foreseen } from './foresee-dependencies';
import { judgeName, publishSkill, type Publication } from './publish-skill.decider';

type Publish = Input<typeof PublishSkill>;
/** The structure of a bundle was checked when it was read. */
const STRUCTURE: Scan = {
  ruleSet: 'structure-1',
  verdict: 'pass',
  blastRadius: 'low',
  ...{ findings: [], findingsTotal: 0, capabilities: [] },
};

type Answer = Output<typeof PublishSkill> | Rejection<ProblemOf<typeof PublishSkill>>;

@Controller()
export class PublishSkillController {
  constructor(
    private readonly store: EventStore,
    private readonly uploads: UploadReader,
    private readonly catalogs: TenantCatalogs,
    @Inject(BLOBS) private readonly blobs: BlobStore,
  ) {}

  /** Whatever the answer is, it is final for these bytes: the staged upload goes. A fault leaves it for a retry. */
  @OnRequest(PublishSkill)
  async publish(input: Publish, call: Call): Promise<Answer> {
    if (!isStagedFor(call.tenant, input.stagingKey)) return reject('upload-lost', 'There is no such upload.');
    const answer = await this.decide(input, call);
    await this.blobs.delete(input.stagingKey);
    crashPoint('publish.unstaged');
    return answer;
  }

  private async decide(input: Publish, call: Call): Promise<Answer> {
    const unnamed = judgeName(input.slug, input.version);
    if (unnamed !== undefined) return unnamed;
    const upload = await this.uploads.read(input.stagingKey, input.uploadSha256, {
      deriveDescription: input.kind === 'command',
    });
    if ('rejected' in upload) return upload;
    crashPoint('publish.read');
    return this.publishChecked(publicationOf(input, upload), upload.tarGz, call);
  }

  /** The bytes reach their final key only when nothing but a race can refuse them any more. */
  private async publishChecked(publication: Publication, bytes: Uint8Array, call: Call): Promise<Answer> {
    const { context } = call;
    const execution = {
      stream: skillStream(call.tenant, publication),
      events: skillEvents,
      decider: publishSkill,
      command: { publication, scan: STRUCTURE },
    };
    const foreseen = await this.store.foresee(context, execution);
    if ('rejected' in foreseen) return foreseen;
    if (foreseen.events.length === 0) return this.answer(publication, call, false);
    const dependencies = await this.foreseeDependencies(publication, call);
    if ('rejected' in dependencies) return dependencies;
    await this.keep(publication.sha256, bytes);
    crashPoint('publish.stored');
    const outcome = await this.store.execute(context, execution);
    if ('rejected' in outcome) return outcome;
    return { ...(await this.answer(publication, call, outcome.events.length > 0)), ...dependencies };
  }

  /** The catalog is looked at only where something is required. */
  private async foreseeDependencies(publication: Publication, call: Call): Promise<Foreseen> {
    if (publication.requires.length === 0) return { cycles: [] };
    return foreseeDependencies(publication, await this.catalogs.current(call.tenant));
  }

  /** Under the digest's lock, so that the sweep does not remove what was old and unwanted until this moment. */
  private keep(sha256: string, bytes: Uint8Array): Promise<unknown> {
    return this.store.database.tenantless(async (tx) => {
      await lockBundle(tx, sha256);
      await this.blobs.put(bundleKey(sha256), bytes);
    });
  }

  private async answer(
    item: Publication,
    call: Call,
    created: boolean,
  ): Promise<Output<typeof PublishSkill>> {
    const skill = await this.store.database.tenant(call.tenant, (tx) => findVersion(tx, item, item.version));
    if (skill === undefined) throw new Error('what was published is not in the catalog');
    return { skill, created, cycles: [] };
  }
}

/** What the uploader says wins over SKILL.md; tags are those of both. */
function publicationOf(input: Publish, upload: CheckedUpload): Publication {
  const { tarGz, ...checked } = upload;
  return {
    ...checked,
    kind: input.kind,
    slug: input.slug,
    version: input.version,
    whenToUse: input.whenToUse ?? upload.whenToUse,
    tags: [...new Set([...upload.tags, ...input.tags])],
    bytes: tarGz.length,
    draftId: input.draftId,
    changes: input.changes,
  };
}
