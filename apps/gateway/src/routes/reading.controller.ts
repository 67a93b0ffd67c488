import { Controller } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import * as http from '@loam/contracts/http/reading';
import { downloadBundle } from '@loam/contracts/http/registry';
import { openApiDocument } from '@loam/contracts/openapi';
import { DiffVersions, FindBundle, GetChangelog } from '@loam/contracts/reading';
import { GetSkill, GetSkillMd, type SkillVersion } from '@loam/contracts/registry';
import type { Kind } from '@loam/contracts/skill';
import { Bus, Refused, valueOf } from '@loam/messaging';
import { BundleServer, FOR_EVER } from '../bundle-server';
import type { Edge } from '../edge';
import { Route, type Given } from '../route';
import { sendFile } from '../send-file';
import { ServedUses } from '../served-uses';
import { toChange, toChangelog, toSide } from './reading-answers';
import { announceVersion } from './skill-answers';

interface Selected {
  readonly params: { readonly slug: string };
  readonly query: { readonly kind: Kind; readonly version?: string | undefined };
}

@Controller()
export class ReadingController {
  constructor(
    private readonly bus: Bus,
    private readonly bundles: BundleServer,
    private readonly uses: ServedUses,
  ) {}

  @Route(downloadBundle)
  async download(given: Given<typeof downloadBundle>, edge: Edge): Promise<FastifyReply> {
    const skill = await this.installable(given, edge);
    this.uses.onceSent(edge, { ...skill, event: 'download' });
    const wantsBytes = given.query.bytes === 'true' || given.query.bytes === '1';
    const address = wantsBytes ? undefined : await this.bundles.addressOf(skill);
    if (address === undefined)
      return this.bundles.serve(skill, { format: 'tar.gz' }, given.request, edge.reply);
    const { sha256, fingerprint } = skill;
    return edge.reply
      .code(307)
      .headers({
        location: address,
        etag: `"${sha256}"`,
        'x-loam-sha256': sha256,
        'x-loam-fingerprint': fingerprint,
      })
      .send();
  }

  @Route(http.downloadZip)
  async downloadZip(given: Given<typeof http.downloadZip>, edge: Edge): Promise<FastifyReply> {
    const skill = await this.installable(given, edge);
    this.uses.onceSent(edge, { ...skill, event: 'download' });
    return this.bundles.serve(skill, { format: 'zip' }, given.request, edge.reply);
  }

  @Route(http.readBundle)
  async readBundle(
    { params, query, request }: Given<typeof http.readBundle>,
    edge: Edge,
  ): Promise<FastifyReply> {
    const skill = await this.holderOf(params.sha256, edge);
    this.uses.onceSent(edge, { ...skill, event: 'download' });
    const how = { format: query.format, cacheControl: FOR_EVER };
    return this.bundles.serve(skill, how, request, edge.reply);
  }

  @Route(http.listFiles)
  async listFiles(given: Given<typeof http.listFiles>, edge: Edge) {
    return this.filesOf(await this.installable(given, edge));
  }

  @Route(http.listBundleFiles)
  async listBundleFiles({ params }: Given<typeof http.listBundleFiles>, edge: Edge) {
    const files = await this.filesOf(await this.holderOf(params.sha256, edge));
    void edge.reply.header('cache-control', FOR_EVER);
    return files;
  }

  @Route(http.readFile)
  async readFile(given: Given<typeof http.readFile>, edge: Edge): Promise<FastifyReply> {
    const skill = await this.installable(given, edge);
    return this.sendFile(skill, { path: given.params.path }, given.request, edge.reply);
  }

  @Route(http.readBundleFile)
  async readBundleFile(
    { params, request }: Given<typeof http.readBundleFile>,
    edge: Edge,
  ): Promise<FastifyReply> {
    const skill = await this.holderOf(params.sha256, edge);
    return this.sendFile(skill, { path: params.path, cacheControl: FOR_EVER }, request, edge.reply);
  }

  @Route(http.diffVersions)
  async diff({ params, query }: Given<typeof http.diffVersions>, { caller }: Edge) {
    const input = { kind: query.kind, slug: params.slug, from: query.from, to: query.to ?? null };
    const { from, to, files } = valueOf(
      await this.bus.request(DiffVersions, input, caller, { timeoutMs: 5000 }),
    );
    return { slug: params.slug, from: toSide(from), to: toSide(to), files: files.map(toChange) };
  }

  @Route(http.getChangelog)
  async changelog({ params, query }: Given<typeof http.getChangelog>, { caller }: Edge) {
    const { kind, limit, below = null } = query;
    const found = await this.bus.request(GetChangelog, { kind, slug: params.slug, limit, below }, caller);
    return toChangelog(params.slug, valueOf(found));
  }

  @Route(http.openApi)
  async openApi() {
    return { openapi: '', ...openApiDocument() };
  }

  /** The version that is meant, which may be handed out. */
  private async installable({ params, query }: Selected, edge: Edge): Promise<SkillVersion> {
    const input = { kind: query.kind, slug: params.slug, version: query.version ?? null };
    const skill = valueOf(await this.bus.request(GetSkill, input, edge.caller));
    if (skill.verdict === 'blocked' || skill.verdict === 'pending') throw await this.heldBack(skill, edge);
    announceVersion(skill, edge.reply);
    return skill;
  }

  /** Registry says it in full: the verdict, and the rules that led to it. */
  private async heldBack({ kind, slug, version }: SkillVersion, edge: Edge): Promise<Refused> {
    const answer = await this.bus.request(GetSkillMd, { kind, slug, version }, edge.caller);
    const detail = `The safety gate held ${slug} ${version} back a moment ago.`;
    return answer.ok ? new Refused({ code: 'version-held', detail }) : new Refused(answer.failure);
  }

  /** A version of the tenant that holds these bytes and may be handed out. */
  private async holderOf(sha256: string, edge: Edge): Promise<SkillVersion> {
    const skill = valueOf(await this.bus.request(FindBundle, { sha256 }, edge.caller));
    announceVersion(skill, edge.reply);
    return skill;
  }

  private async filesOf(skill: SkillVersion) {
    const files = await this.bundles.filesOf(skill);
    return files.map(({ mediaType, ...file }) => ({ ...file, media_type: mediaType }));
  }

  private async sendFile(
    skill: SkillVersion,
    { path, cacheControl }: { readonly path: string; readonly cacheControl?: string },
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    return sendFile(request, reply, { ...(await this.bundles.fileOf(skill, path)), cacheControl });
  }
}
