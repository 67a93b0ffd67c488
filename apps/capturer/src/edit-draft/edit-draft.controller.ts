import { Controller, Inject } from '@nestjs/common';
import type { BlobStore } from '@loam/blobs';
import type { SkillMdChanges } from '@loam/bundles';
import type { EventData, Input, Output, ProblemOf } from '@loam/contracts/define';
import { EditDraft, type DraftEdited } from '@loam/contracts/draft-review';
import { slugSchema } from '@loam/contracts/skill';
import { EventStore } from '@loam/event-store';
import { crashPoint, reject, type Rejection } from '@loam/kernel';
import { Bus, OnRequest, type Call } from '@loam/messaging';
import {
  draftKey,
  isStagedFor,
  readStaged,
  readStored,
  UploadReader,
  type CheckedUpload,
} from '@loam/uploads';
import { BLOBS } from '../capturer.parts';
import { contentsIn, presentContent, type DraftContent } from '../draft.history';
import { findDraft, type DraftRow } from '../draft.queries';
import { findSecret } from '../draft.rules';
import { wordsOf } from '../draft-words';
import { draftEvents, draftStream } from '../draft.stream';
import { askForNeighbour } from '../neighbour';
import { editDraft } from './edit-draft.decider';

type Edit = Input<typeof EditDraft>;
type Edited = EventData<typeof DraftEdited>;
type Problem = Rejection<ProblemOf<typeof EditDraft>>;

@Controller()
export class EditDraftController {
  constructor(
    private readonly store: EventStore,
    private readonly uploads: UploadReader,
    private readonly bus: Bus,
    @Inject(BLOBS) private readonly blobs: BlobStore,
  ) {}

  /** Whatever the answer is, it is final for this text: what was staged goes. */
  @OnRequest(EditDraft)
  async edit(input: Edit, call: Call): Promise<Output<typeof EditDraft> | Problem> {
    const { skillMd } = input;
    if (skillMd !== null && !isStagedFor(call.tenant, skillMd.stagingKey))
      return reject('upload-lost', 'There is no such upload.');
    const answer = await this.decide(input, call);
    if (skillMd !== null) await this.blobs.delete(skillMd.stagingKey, { durable: false });
    return answer;
  }

  private async decide(input: Edit, call: Call): Promise<DraftRow | Problem> {
    const stream = draftStream(call.tenant, input.draftId);
    const events = await this.store.transaction(call.context, (unit) => unit.readStream(stream));
    const contents = contentsIn(events);
    const present = presentContent(contents);
    if (present === undefined) return reject('draft-not-found', 'There is no such draft.');
    const { restore } = input;
    const base = restore === null ? present : contents.find(({ revision }) => revision === restore);
    if (base === undefined)
      return reject('revision-not-found', `Nothing was said at revision ${String(restore)}.`, '/restore');
    const said = wordsOf(input.notes, '/notes');
    if ('rejected' in said) return said;
    const edited = await this.editedFrom(base, { ...input, notes: said.words }, call);
    if ('rejected' in edited) return edited;
    return this.keep(
      input,
      { edited: isSame(edited, present) ? null : edited, basedOn: present.revision },
      call,
    );
  }

  /** What the draft says after the edit; its bundle is stored, and says the same. */
  private async editedFrom(base: DraftContent, input: Edit, call: Call): Promise<Edited | Problem> {
    const slug = input.slug ?? base.slug;
    if (!slugSchema.safeParse(slug).success)
      return reject('slug-invalid', 'A slug is 1 to 64 of a-z, 0-9 and single inner hyphens.', '/slug');
    const skillMd = input.skillMd === null ? undefined : await readStaged(this.blobs, input.skillMd);
    if (input.skillMd !== null && skillMd === undefined)
      return reject('upload-lost', 'The text is not there any more. Send it again.');
    const stored = await readStored(this.blobs, draftKey(base.sha256), base.sha256);
    const rewrite = { skillMd: skillMd?.toString('utf8'), changes: changesIn(input) };
    const options = { deriveDescription: false, rewrite, scan: { previous: null, metadata: null } };
    const upload = await this.uploads.check(stored, options, call.tenant);
    if ('rejected' in upload) return upload;
    const secret = findSecret(upload.scan);
    if (secret !== undefined) return secret;
    await this.blobs.put(draftKey(upload.sha256), upload.tarGz);
    crashPoint('draft.rewritten');
    const like = await askForNeighbour(this.bus, call.context, { ...upload, slug });
    const neighbour = like.ok ? like.value.neighbour : base.neighbour;
    return { ...editedOf(base, upload, input), slug, editor: call.identity.actor.id, neighbour };
  }

  private async keep(
    { draftId, ifRevision }: Edit,
    edit: { readonly edited: Edited | null; readonly basedOn: number },
    call: Call,
  ): Promise<DraftRow | Problem> {
    let draft: DraftRow | undefined;
    const outcome = await this.store.execute(call.context, {
      ...{ stream: draftStream(call.tenant, draftId), events: draftEvents, decider: editDraft },
      command: { ...edit, ifRevision },
      alongside: async ({ tx }) => {
        draft = await findDraft(tx, draftId);
      },
    });
    if ('rejected' in outcome) return outcome;
    if (draft === undefined) throw new Error('what was edited is not in the list');
    return draft;
  }
}

/** A slug that was chosen is also the name by which agents call it. */
const changesIn = ({ slug, description, whenToUse, tags }: Edit): SkillMdChanges => ({
  ...(slug === null ? {} : { name: slug }),
  ...(description === null ? {} : { description }),
  ...(whenToUse === null ? {} : { whenToUse }),
  ...(tags === null ? {} : { tags }),
});

const editedOf = (
  base: DraftContent,
  upload: CheckedUpload,
  { draftId, notes, restore }: Edit,
): Omit<Edited, 'slug' | 'editor' | 'neighbour'> => ({
  ...{ draftId, restored: restore },
  ...{ description: upload.description, whenToUse: upload.whenToUse, tags: upload.tags },
  notes: notes === null ? base.notes : notes || null,
  ...{ sha256: upload.sha256, bytes: upload.tarGz.length, scan: upload.scan },
  proposal: restore === null ? null : base.proposal,
});

const isSame = (edited: Edited, present: DraftContent): boolean =>
  edited.sha256 === present.sha256 && edited.slug === present.slug && edited.notes === present.notes;
