import { Controller, Inject } from '@nestjs/common';
import type { BlobStore } from '@loam/blobs';
import { CreateDraft, DraftCreated } from '@loam/contracts/capturer';
import { fact, type Input, type Output, type ProblemOf } from '@loam/contracts/define';
import type { UploadProblemCode } from '@loam/contracts/problems';
import { slugSchema } from '@loam/contracts/skill';
import { EventStore, NO_STREAM } from '@loam/event-store';
import { crashPoint, reject, uuidv7, type Rejection } from '@loam/kernel';
import { Bus, OnRequest, type Call } from '@loam/messaging';
import { draftKey, isStagedFor, UploadReader, type CheckedUpload } from '@loam/uploads';
import { BLOBS } from '../capturer.parts';
import { findDraft } from '../draft.queries';
import { findSecret } from '../draft.rules';
import { wordsOf } from '../draft-words';
import { askForNeighbour } from '../neighbour';
import { draftStream } from '../draft.stream';

type Answer = Output<typeof CreateDraft> | Rejection<ProblemOf<typeof CreateDraft>>;

@Controller()
export class CreateDraftController {
  constructor(
    private readonly store: EventStore,
    private readonly uploads: UploadReader,
    private readonly bus: Bus,
    @Inject(BLOBS) private readonly blobs: BlobStore,
  ) {}

  /** Whatever the answer is, it is final for these bytes: the staged upload goes. */
  @OnRequest(CreateDraft)
  async create(input: Input<typeof CreateDraft>, call: Call): Promise<Answer> {
    if (!isStagedFor(call.tenant, input.stagingKey)) return reject('upload-lost', 'There is no such upload.');
    const answer = await this.decide(input, call);
    await this.blobs.delete(input.stagingKey);
    return answer;
  }

  private async decide(input: Input<typeof CreateDraft>, call: Call): Promise<Answer> {
    if (!slugSchema.safeParse(input.slug).success)
      return reject('slug-invalid', 'A slug is 1 to 64 of a-z, 0-9 and single inner hyphens.', '/slug');
    const said = wordsOf(input.notes, '/notes');
    if ('rejected' in said) return said;
    const upload = await this.read(input);
    if ('rejected' in upload) return upload;
    const secret = findSecret(upload.scan);
    if (secret !== undefined) return secret;
    await this.blobs.put(draftKey(upload.sha256), upload.tarGz);
    crashPoint('draft.stored');
    return this.keep({ ...input, notes: said.words }, upload, call);
  }

  /** What was said beside the bundle is written into it, so that a draft is what its SKILL.md says. */
  private async read(
    input: Input<typeof CreateDraft>,
  ): Promise<CheckedUpload | Rejection<UploadProblemCode>> {
    const options = { deriveDescription: false, scan: { previous: null, metadata: null } };
    const upload = await this.uploads.read(input.stagingKey, input.uploadSha256, options);
    if ('rejected' in upload) return upload;
    const whenToUse = input.whenToUse ?? upload.whenToUse;
    const tags = [...new Set([...upload.tags, ...input.tags])];
    if (whenToUse === upload.whenToUse && tags.length === upload.tags.length) return upload;
    return this.uploads.check(upload.tarGz, { ...options, rewrite: { changes: { whenToUse, tags } } });
  }

  private async keep(input: Input<typeof CreateDraft>, upload: CheckedUpload, call: Call): Promise<Answer> {
    const draftId = uuidv7();
    // A person who hands in a draft does not wait until registry is back.
    const like = await askForNeighbour(this.bus, call.context, { ...upload, slug: input.slug });
    const created = fact(DraftCreated, {
      ...{ draftId, slug: input.slug, origin: input.origin, notes: input.notes },
      description: upload.description,
      ...{ whenToUse: upload.whenToUse, tags: upload.tags },
      ...{ sha256: upload.sha256, bytes: upload.tarGz.length, scan: upload.scan },
      ...{ proposal: null, author: call.context.actor.id },
      ...(like.ok ? like.value : {}),
    });
    const draft = await this.store.transaction(call.context, async (unit) => {
      await unit.append({ stream: draftStream(call.tenant, draftId), expected: NO_STREAM, facts: [created] });
      return findDraft(unit.tx, draftId);
    });
    if (draft === undefined) throw new Error('what was created is not in the list');
    return draft;
  }
}
