import { Controller, Inject } from '@nestjs/common';
import type { BlobStore } from '@loam/blobs';
import { draftStatusSchema, GetDraft, GetDraftSkillMd, ListDrafts } from '@loam/contracts/capturer';
import type { Input, Output } from '@loam/contracts/define';
import { ListMergeProposals } from '@loam/contracts/draft-review';
import { Database } from '@loam/database';
import { reject, type Rejection } from '@loam/kernel';
import { Bus, OnRequest, type Call } from '@loam/messaging';
import { draftKey, readSkillMd } from '@loam/uploads';
import { BLOBS } from '../capturer.parts';
import { withExisting } from '../existing-items';
import { findDraft, findDrafts, findMergeProposals } from '../draft.queries';

const MOST = 200;

/** What a client asks for, in terms of states: `pending` is all that still awaits its end. */
const statesOf = {
  pending: ['pending', 'changes-requested', 'approved', 'publishing'],
  published: ['published'],
  discarded: ['discarded'],
  all: draftStatusSchema.options,
} as const satisfies Record<Input<typeof ListDrafts>['status'], readonly string[]>;

type Missing = Rejection<'draft-not-found'>;
const missing = (): Missing => reject('draft-not-found', 'There is no such draft.');

@Controller()
export class ListDraftsController {
  constructor(
    private readonly database: Database,
    @Inject(BLOBS) private readonly blobs: BlobStore,
    private readonly bus: Bus,
  ) {}

  @OnRequest(ListDrafts)
  async list({ status }: Input<typeof ListDrafts>, call: Call): Promise<Output<typeof ListDrafts>> {
    const drafts = await this.database.tenant(call.tenant, (tx) => findDrafts(tx, statesOf[status], MOST));
    return withExisting(this.bus, call.context, drafts);
  }

  @OnRequest(ListMergeProposals)
  listMergeProposals(
    item: Input<typeof ListMergeProposals>,
    call: Call,
  ): Promise<Output<typeof ListMergeProposals>> {
    return this.database.tenant(call.tenant, (tx) => findMergeProposals(tx, item));
  }

  @OnRequest(GetDraft)
  async get({ draftId }: Input<typeof GetDraft>, call: Call): Promise<Output<typeof GetDraft> | Missing> {
    const draft = await this.database.tenant(call.tenant, (tx) => findDraft(tx, draftId));
    return draft === undefined
      ? missing()
      : ((await withExisting(this.bus, call.context, [draft]))[0] ?? missing());
  }

  @OnRequest(GetDraftSkillMd)
  async getSkillMd(
    { draftId }: Input<typeof GetDraftSkillMd>,
    call: Call,
  ): Promise<Output<typeof GetDraftSkillMd> | Missing> {
    const draft = await this.database.tenant(call.tenant, (tx) => findDraft(tx, draftId));
    if (draft === undefined) return missing();
    return { text: await readSkillMd(this.blobs, draftKey(draft.sha256), draft.sha256) };
  }
}
