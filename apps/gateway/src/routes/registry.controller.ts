import { Controller, Inject } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { BlobStore } from '@loam/blobs';
import type { Output } from '@loam/contracts/define';
import { ListMergeProposals } from '@loam/contracts/draft-review';
import * as http from '@loam/contracts/http/registry';
import { GetDependencies, GetSkill, GetSkillDetail, GetSkillMd } from '@loam/contracts/registry';
import { ListVersions, PublishSkill } from '@loam/contracts/registry';
import { GetSkillTotals } from '@loam/contracts/telemetry';
import { Bus, valueOf } from '@loam/messaging';
import type { Edge } from '../edge';
import { BLOBS } from '../gateway.parts';
import { Route, type Given } from '../route';
import { stageUpload } from '../staged-upload';
import { ServedUses } from '../served-uses';
import { announceVersion, toSkill } from './skill-answers';

type Proposal = Output<typeof ListMergeProposals>['proposals'][number];

const SUMMARY = 200;

/** The first part of a description, as skill-pool's change summary. */
const summaryOf = (description: string): string =>
  description.length <= SUMMARY ? description : `${description.slice(0, SUMMARY)}…`;

const toProposal = ({ draftId: draft_id, slug: draft_slug, similarity }: Proposal) => ({
  ...{ draft_id, draft_slug, similarity },
});

/** `a > b > a, a > c > a`, the first few. */
const cyclesLine = (cycles: readonly (readonly { readonly slug: string }[])[]): string =>
  cycles
    .slice(0, 5)
    .map((cycle) => [...cycle, ...cycle.slice(0, 1)].map(({ slug }) => slug).join(' > '))
    .join(', ');

@Controller()
export class RegistryController {
  constructor(
    private readonly bus: Bus,
    private readonly uses: ServedUses,
    @Inject(BLOBS) private readonly blobs: BlobStore,
  ) {}

  @Route(http.publishSkill)
  async publish({ request }: Given<typeof http.publishSkill>, { principal, caller, reply }: Edge) {
    const place = { blobs: this.blobs, tenant: principal.tenantId };
    const { metadata, ...staged } = await stageUpload(request, http.publishSkill.body, place);
    const { kind, slug, version, when_to_use: whenToUse = null, tags = [], changes = null } = metadata;
    const input = { ...staged, kind, slug, version, whenToUse, tags, changes, draftId: null };
    const { skill, created, cycles } = valueOf(
      await this.bus.request(PublishSkill, input, caller, { timeoutMs: 10_000 }),
    );
    if (!created) void reply.header('x-loam-unchanged', 'true');
    if (cycles.length > 0) void reply.header('x-loam-cycle', cyclesLine(cycles));
    return toSkill(skill);
  }

  @Route(http.getSkill)
  async get({ params, query }: Given<typeof http.getSkill>, { caller, reply }: Edge) {
    const input = { kind: query.kind, slug: params.slug, version: query.version ?? null };
    const skill = valueOf(await this.bus.request(GetSkill, input, caller));
    announceVersion(skill, reply);
    return toSkill(skill);
  }

  @Route(http.getSkillDetail)
  async getDetail({ params, query }: Given<typeof http.getSkillDetail>, { caller, reply }: Edge) {
    const item = { kind: query.kind, slug: params.slug };
    const [found, used, proposed] = await Promise.all([
      this.bus.request(GetSkillDetail, { ...item, version: query.version ?? null }, caller),
      this.bus.request(GetSkillTotals, item, caller),
      this.bus.request(ListMergeProposals, item, caller),
    ]);
    const { skill, requires, requiredBy, decay } = valueOf(found);
    announceVersion(skill, reply);
    const { sha256, bytes, fingerprint, publishedBy: published_by } = skill;
    const toLink = ({ slug, version, range }: { slug: string; version: string; range: string }) => ({
      ...{ slug, version, version_range: range },
    });
    return {
      ...toSkill(skill),
      when_to_use: skill.whenToUse,
      // The catalog answers although telemetry is away.
      use_count: used.ok ? used.value.uses : null,
      last_used_at: used.ok ? used.value.lastUsedAt : null,
      requires: requires.map(toLink),
      required_by: requiredBy.map(toLink),
      // As it does while capturer is.
      merge_proposals: proposed.ok ? proposed.value.proposals.map(toProposal) : [],
      ...{ sha256, bytes, fingerprint, published_by, decay },
    };
  }

  @Route(http.listVersions)
  async listVersions({ params, query }: Given<typeof http.listVersions>, { caller }: Edge) {
    const input = { kind: query.kind, slug: params.slug, limit: query.limit };
    return valueOf(await this.bus.request(ListVersions, input, caller)).map((each) => ({
      version: each.version,
      published_at: each.createdAt,
      published_by: each.publishedBy,
      change_summary: summaryOf(each.changes ?? each.description),
      status: each.status,
      sha256: each.sha256,
      verdict: each.verdict,
      ...(each.yankReason === null ? {} : { yank_reason: each.yankReason }),
    }));
  }

  @Route(http.getDependencies)
  async getDependencies({ params, query }: Given<typeof http.getDependencies>, { caller, reply }: Edge) {
    const input = { kind: query.kind, slug: params.slug, version: query.version ?? null };
    const { closure, ...read } = valueOf(await this.bus.request(GetDependencies, input, caller));
    announceVersion(read, reply);
    if (read.slug !== params.slug) void reply.header('x-loam-renamed-to', read.slug);
    return closure.map(({ slug, range, depth }) => ({ slug, version_range: range, depth }));
  }

  @Route(http.getSkillMd)
  async getSkillMd({ params, query }: Given<typeof http.getSkillMd>, edge: Edge): Promise<FastifyReply> {
    const input = { kind: query.kind, slug: params.slug, version: query.version ?? null };
    const { text, skill } = valueOf(await this.bus.request(GetSkillMd, input, edge.caller));
    announceVersion(skill, edge.reply);
    this.uses.onceSent(edge, { ...skill, event: 'view' });
    return edge.reply.type('text/plain; charset=utf-8').send(text);
  }
}
