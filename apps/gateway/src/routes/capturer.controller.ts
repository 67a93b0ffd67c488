import { Controller, Inject } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { BlobStore } from '@loam/blobs';
import {
  CreateDraft,
  DiscardDraft,
  GetDraft,
  GetDraftSkillMd,
  ListDrafts,
  PublishDraft,
} from '@loam/contracts/capturer';
import * as http from '@loam/contracts/http/capturer';
import { Bus, valueOf } from '@loam/messaging';
import type { Edge } from '../edge';
import { BLOBS } from '../gateway.parts';
import { revisionIn } from '../if-match';
import { Route, type Given } from '../route';
import { stageUpload } from '../staged-upload';
import { answerDraft, toDraft } from './draft-answers';

@Controller()
export class CapturerController {
  constructor(
    private readonly bus: Bus,
    @Inject(BLOBS) private readonly blobs: BlobStore,
  ) {}

  @Route(http.createDraft)
  async create({ request }: Given<typeof http.createDraft>, { principal, caller, reply }: Edge) {
    const place = { blobs: this.blobs, tenant: principal.tenantId };
    const { metadata, ...staged } = await stageUpload(request, http.createDraft.body, place);
    const { slug, origin, notes = null, tags = [], when_to_use: whenToUse = null } = metadata;
    const input = { ...staged, slug, origin, notes, tags, whenToUse };
    return answerDraft(
      valueOf(await this.bus.request(CreateDraft, input, caller, { timeoutMs: 10_000 })),
      reply,
    );
  }

  @Route(http.listDrafts)
  async list({ query }: Given<typeof http.listDrafts>, { caller }: Edge) {
    return valueOf(await this.bus.request(ListDrafts, query, caller)).map(toDraft);
  }

  @Route(http.getDraft)
  async get({ params }: Given<typeof http.getDraft>, { caller, reply }: Edge) {
    return answerDraft(valueOf(await this.bus.request(GetDraft, { draftId: params.id }, caller)), reply);
  }

  @Route(http.getDraftSkillMd)
  async getSkillMd(
    { params }: Given<typeof http.getDraftSkillMd>,
    { caller, reply }: Edge,
  ): Promise<FastifyReply> {
    const { text } = valueOf(await this.bus.request(GetDraftSkillMd, { draftId: params.id }, caller));
    return reply.type('text/plain; charset=utf-8').send(text);
  }

  @Route(http.publishDraft)
  async publish({ params, body, request }: Given<typeof http.publishDraft>, { caller }: Edge) {
    const { version = null, slug: named = null, merge, existing, acknowledge_flags: acknowledgeFlags } = body;
    const ifRevision = revisionIn(request);
    const input = { draftId: params.id, version, slug: named, merge, existing, acknowledgeFlags, ifRevision };
    const answer = await this.bus.request(PublishDraft, input, caller, { timeoutMs: 10_000 });
    const { draftId, slug, verdict, version: published } = valueOf(answer);
    const held = verdict === 'blocked' || verdict === 'pending';
    return { draft_id: draftId, skill_id: slug, slug, version: published, verdict, held };
  }

  @Route(http.discardDraft)
  async discard({ params, body, request }: Given<typeof http.discardDraft>, { caller }: Edge): Promise<void> {
    const input = { draftId: params.id, reason: body?.reason ?? null, ifRevision: revisionIn(request) };
    valueOf(await this.bus.request(DiscardDraft, input, caller));
  }
}
