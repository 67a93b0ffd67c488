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
import type { Draft } from '@loam/contracts/capturer';
import * as http from '@loam/contracts/http/capturer';
import { Bus, valueOf } from '@loam/messaging';
import type { Edge } from '../edge';
import { BLOBS } from '../gateway.parts';
import { Route, type Given } from '../route';
import { stageUpload } from '../staged-upload';

/** A draft in skill-pool's spelling. */
const toDraft = (draft: Draft) => {
  const { whenToUse, publishedVersion, createdAt, reviewedAt, sessionId, neighbour, beside, ...same } = draft;
  const merge = neighbour !== null && neighbour.similarity >= neighbour.threshold ? neighbour : null;
  const { blastRadius, ...rest } = same;
  return {
    ...rest,
    when_to_use: whenToUse,
    published_version: publishedVersion,
    created_at: createdAt,
    reviewed_at: reviewedAt,
    session_id: sessionId,
    blast_radius: blastRadius,
    merge_proposal_slug: merge?.item.slug ?? null,
    merge_proposal_similarity: merge?.similarity ?? null,
    beside_revision: beside,
  };
};

@Controller()
export class CapturerController {
  constructor(
    private readonly bus: Bus,
    @Inject(BLOBS) private readonly blobs: BlobStore,
  ) {}

  @Route(http.createDraft)
  async create({ request }: Given<typeof http.createDraft>, { principal, caller }: Edge) {
    const place = { blobs: this.blobs, tenant: principal.tenantId };
    const { metadata, ...staged } = await stageUpload(request, http.createDraft.body, place);
    const { slug, origin, notes = null, tags = [], when_to_use: whenToUse = null } = metadata;
    const input = { ...staged, slug, origin, notes, tags, whenToUse };
    return toDraft(valueOf(await this.bus.request(CreateDraft, input, caller, { timeoutMs: 10_000 })));
  }

  @Route(http.listDrafts)
  async list({ query }: Given<typeof http.listDrafts>, { caller }: Edge) {
    return valueOf(await this.bus.request(ListDrafts, query, caller)).map(toDraft);
  }

  @Route(http.getDraft)
  async get({ params }: Given<typeof http.getDraft>, { caller }: Edge) {
    return toDraft(valueOf(await this.bus.request(GetDraft, { draftId: params.id }, caller)));
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
  async publish({ params, body }: Given<typeof http.publishDraft>, { caller }: Edge) {
    const input = { draftId: params.id, version: body.version, slug: body.slug ?? null };
    const answer = await this.bus.request(PublishDraft, input, caller, { timeoutMs: 10_000 });
    const { draftId, slug, version } = valueOf(answer);
    return { draft_id: draftId, skill_id: slug, slug, version };
  }

  @Route(http.discardDraft)
  async discard({ params }: Given<typeof http.discardDraft>, { caller }: Edge): Promise<void> {
    valueOf(await this.bus.request(DiscardDraft, { draftId: params.id }, caller));
  }
}
