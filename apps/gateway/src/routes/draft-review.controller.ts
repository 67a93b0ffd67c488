import { Controller, Inject } from '@nestjs/common';
import type { BlobStore } from '@loam/blobs';
import {
  ApproveDraft,
  ChangeReviewRule,
  CommentDraft,
  DiffDraft,
  EditDraft,
  GetDraftEvidence,
  GetDraftHistory,
  GetReviewRule,
  RequestDraftChanges,
} from '@loam/contracts/draft-review';
import * as http from '@loam/contracts/http/draft-review';
import { Bus, valueOf } from '@loam/messaging';
import type { Edge } from '../edge';
import { BLOBS } from '../gateway.parts';
import { revisionIn } from '../if-match';
import { Route, type Given } from '../route';
import { stageText } from '../stage-text';
import { answerDraft } from './draft-answers';

/** Reading, rewriting and scanning a bundle, or comparing two. */
const PATIENT = { timeoutMs: 10_000 };

@Controller()
export class DraftReviewController {
  constructor(
    private readonly bus: Bus,
    @Inject(BLOBS) private readonly blobs: BlobStore,
  ) {}

  @Route(http.editDraft)
  async edit({ params, body, request }: Given<typeof http.editDraft>, { caller, principal, reply }: Edge) {
    const ifRevision = revisionIn(request);
    const { slug = null, description = null, when_to_use: whenToUse = null, skill_md: text, ...rest } = body;
    const { notes = null, tags = null, restore = null } = rest;
    const skillMd = text === undefined ? null : await stageText(this.blobs, principal.tenantId, text);
    const input = {
      ...{ draftId: params.id, ifRevision, slug, description, whenToUse, notes, tags, restore, skillMd },
    };
    return answerDraft(valueOf(await this.bus.request(EditDraft, input, caller, PATIENT)), reply);
  }

  @Route(http.approveDraft)
  async approve({ params, body, request }: Given<typeof http.approveDraft>, { caller, reply }: Edge) {
    const acknowledgeFlags = body?.acknowledge_flags ?? false;
    const input = { draftId: params.id, ifRevision: revisionIn(request), acknowledgeFlags };
    return answerDraft(valueOf(await this.bus.request(ApproveDraft, input, caller)), reply);
  }

  @Route(http.requestDraftChanges)
  async requestChanges(
    { params, body, request }: Given<typeof http.requestDraftChanges>,
    { caller, reply }: Edge,
  ) {
    const input = { draftId: params.id, ifRevision: revisionIn(request), ...body };
    return answerDraft(valueOf(await this.bus.request(RequestDraftChanges, input, caller)), reply);
  }

  @Route(http.commentDraft)
  async comment({ params, body }: Given<typeof http.commentDraft>, { caller, reply }: Edge) {
    const input = { draftId: params.id, ...body };
    return answerDraft(valueOf(await this.bus.request(CommentDraft, input, caller)), reply);
  }

  @Route(http.getDraftHistory)
  async getHistory({ params }: Given<typeof http.getDraftHistory>, { caller }: Edge) {
    return valueOf(await this.bus.request(GetDraftHistory, { draftId: params.id }, caller)).changes;
  }

  @Route(http.getDraftEvidence)
  async getEvidence({ params }: Given<typeof http.getDraftEvidence>, { caller }: Edge) {
    const found = valueOf(await this.bus.request(GetDraftEvidence, { draftId: params.id }, caller));
    const { draftId: draft_id, sessionId: session_id, ...rest } = found;
    return { draft_id, session_id, ...rest };
  }

  @Route(http.diffDraft)
  async diff({ params, query }: Given<typeof http.diffDraft>, { caller }: Edge) {
    const input = { draftId: params.id, from: query.from ?? null, to: query.to ?? null };
    const { neighbour, files } = valueOf(await this.bus.request(DiffDraft, input, caller, PATIENT));
    return { neighbour: neighbour && { ...neighbour.item, version: neighbour.version }, files };
  }

  @Route(http.getReviewRule)
  async getRule(_given: Given<typeof http.getReviewRule>, { caller }: Edge) {
    const { secondPerson } = valueOf(await this.bus.request(GetReviewRule, {}, caller));
    return { second_person: secondPerson };
  }

  @Route(http.changeReviewRule)
  async changeRule({ body }: Given<typeof http.changeReviewRule>, { caller }: Edge) {
    const rule = { secondPerson: body.second_person };
    const { secondPerson } = valueOf(await this.bus.request(ChangeReviewRule, rule, caller));
    return { second_person: secondPerson };
  }
}
