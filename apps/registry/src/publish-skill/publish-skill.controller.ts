import { Controller, Inject } from '@nestjs/common';
import type { BlobStore } from '@loam/blobs';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { PublishSkill, type Finding, type SkillVersion } from '@loam/contracts/registry';
import type { Item } from '@loam/contracts/skill';
import type { Tx } from '@loam/database';
import { EventStore, type RecordedEvent, type UnitOfWork } from '@loam/event-store';
import { crashPoint, reject, type Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { bundleKey, isStagedFor, UploadReader, type CheckedUpload } from '@loam/uploads';
import { lockBundle } from '../bundle-lock';
import { findVersion } from '../catalog.queries';
import { BLOBS } from '../registry.parts';
import { Jobs } from '@loam/jobs';
import type { registryJobs } from '../registry.jobs';
import { capabilitiesBefore } from '../safety.queries';
import { concernsAsFindings, withNameFindings } from '../name-concerns';
import { writtenNameConcerns } from '../name-rules';
import { PopularNames } from '../popular-names';
import { ReadTexts } from '../read-texts';
import { skillEvents, skillStream } from '../skill.stream';
import type { TenantCatalog } from '../tenant-catalog';
import { TenantCatalogs } from '../tenant-catalogs';
import { foreseeDependencies } from './foresee-dependencies';
import { judgeNames, judgeWrittenName } from '../judge-names';
import { judgeName, publishSkill, type Publication } from './publish-skill.decider';

type Publish = Input<typeof PublishSkill>;

type Answer = Output<typeof PublishSkill> | Rejection<ProblemOf<typeof PublishSkill>>;

@Controller()
export class PublishSkillController {
  constructor(
    private readonly store: EventStore,
    private readonly uploads: UploadReader,
    private readonly catalogs: TenantCatalogs,
    private readonly popular: PopularNames,
    private readonly jobs: Jobs<typeof registryJobs>,
    private readonly texts: ReadTexts,
    @Inject(BLOBS) private readonly blobs: BlobStore,
  ) {}

  /** Whatever the answer is, it is final for these bytes: the staged upload goes. A fault leaves it for a retry. */
  @OnRequest(PublishSkill)
  async publish(input: Publish, call: Call): Promise<Answer> {
    if (!isStagedFor(call.tenant, input.stagingKey)) return reject('upload-lost', 'There is no such upload.');
    const answer = await this.decide(input, call);
    await this.blobs.delete(input.stagingKey, { durable: false });
    crashPoint('publish.unstaged');
    return answer;
  }

  private async decide(input: Publish, call: Call): Promise<Answer> {
    const unnamed = judgeName(input.slug, input.version);
    if (unnamed !== undefined) return unnamed;
    const [before, previous] = await this.store.database.tenant(call.tenant, (tx) =>
      Promise.all([judgeNames(tx, input, call, this.popular), capabilitiesBefore(tx, input)]),
    );
    if ('rejected' in before) return before;
    const upload = await this.uploads.read(input.stagingKey, input.uploadSha256, {
      deriveDescription: input.kind === 'command',
      scan: { previous, metadata: input },
    });
    if ('rejected' in upload) return upload;
    const misnamed = judgeWrittenName(upload.name);
    if (misnamed !== undefined) return misnamed;
    crashPoint('publish.read');
    const concerns = [...before.concerns, ...writtenNameConcerns(upload.name, input.slug, before.popular)];
    const named = concernsAsFindings(concerns);
    const scan = upload.scan && withNameFindings(upload.scan, named);
    const read = { ...upload, scan, named };
    return this.publishChecked(publicationOf(input, upload), read, input.existing, call);
  }

  /** The bytes reach their final key once nothing can refuse them any more, and before anything says that they are there. */
  private async publishChecked(
    publication: Publication,
    { tarGz, scan, named, name, body }: CheckedUpload & { readonly named: Finding[] },
    existing: boolean,
    call: Call,
  ): Promise<Answer> {
    const { context } = call;
    let skill: SkillVersion | undefined;
    const execution = {
      stream: skillStream(call.tenant, publication),
      events: skillEvents,
      decider: publishSkill,
      command: { publication, scan, existing },
      beforehand: ({ tx }: UnitOfWork) => this.keep(tx, publication.sha256, tarGz),
      alongside: async (unit: UnitOfWork, [published]: readonly RecordedEvent[]) => {
        skill = await findVersion(unit.tx, publication, publication.version);
        if (scan !== null || published === undefined) return;
        const { kind, slug, version } = publication;
        await this.jobs.intend(unit, 'scanVersion', published.id, { kind, slug, version, named });
      },
    };
    let cycles: Item[][] = [];
    if (publication.requires.length > 0) {
      // Whether the version is there already matters more than what it requires.
      const foreseen = await this.store.foresee(context, execution);
      if ('rejected' in foreseen) return foreseen;
      if (foreseen.events.length > 0) {
        const catalog = await this.catalogs.current(call.tenant);
        const itself = requiredByOldName(publication, catalog);
        if (itself !== undefined) return itself;
        const dependencies = foreseeDependencies(publication, catalog);
        if ('rejected' in dependencies) return dependencies;
        cycles = dependencies.cycles;
      }
    }
    // Before the commit, since the item is indexed soon after it.
    this.texts.keep(publication.sha256, { name: name ?? '', body });
    const outcome = await this.store.execute(context, execution);
    if ('rejected' in outcome) return outcome;
    if (skill === undefined) throw new Error('what was published is not in the catalog');
    return { skill, created: outcome.events.length > 0, cycles };
  }

  /** Under the digest's lock, so that the sweep does not remove what was old and unwanted until the commit. */
  private async keep(tx: Tx, sha256: string, bytes: Uint8Array): Promise<void> {
    await lockBundle(tx, sha256);
    await this.blobs.put(bundleKey(sha256), bytes);
    crashPoint('publish.stored');
  }
}

/** A name that a skill had before means the skill itself. */
function requiredByOldName(
  { kind, slug, requires }: Publication,
  catalog: TenantCatalog,
): Rejection<'requires-itself'> | undefined {
  if (kind !== 'skill') return undefined;
  const old = requires.find((required) => catalog.today({ kind, slug: required.slug }).slug === slug);
  if (old === undefined) return undefined;
  return reject('requires-itself', `${slug} lists itself under requires, as ${old.slug}.`, '/requires');
}

/** What the uploader says wins over SKILL.md; tags are those of both. */
function publicationOf(input: Publish, upload: CheckedUpload): Publication {
  const { tarGz, body: _body, scan: _scan, scanFault: _fault, issues: _issues, ...checked } = upload;
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
