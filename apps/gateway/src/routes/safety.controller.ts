import { Controller, Inject } from '@nestjs/common';
import type { BlobStore } from '@loam/blobs';
import * as http from '@loam/contracts/http/safety';
import { BlockBundle, GetFindings, ReviewSkill, UnblockBundle, ValidateBundle } from '@loam/contracts/safety';
import { Bus, valueOf } from '@loam/messaging';
import type { Edge } from '../edge';
import { BLOBS } from '../gateway.parts';
import { Route, type Given } from '../route';
import { stageUpload } from '../staged-upload';

@Controller()
export class SafetyController {
  constructor(
    private readonly bus: Bus,
    @Inject(BLOBS) private readonly blobs: BlobStore,
  ) {}

  @Route(http.validateSkill)
  async validate({ request }: Given<typeof http.validateSkill>, { principal, caller }: Edge) {
    const place = { blobs: this.blobs, tenant: principal.tenantId };
    const { metadata, ...staged } = await stageUpload(request, http.validateSkill.body, place);
    const judged = await this.bus.request(ValidateBundle, { ...staged, ...metadata }, caller, {
      timeoutMs: 15_000,
    });
    const { scan, issues, bytes: size_bytes, ...read } = valueOf(judged);
    return {
      ok: issues.length === 0 && (scan?.verdict === 'pass' || scan?.verdict === 'review'),
      ...{ profile: metadata.profile, ...read, size_bytes, issues },
      verdict: scan?.verdict ?? ('pending' as const),
      blast_radius: scan?.blastRadius ?? ('low' as const),
      rule_set: scan?.ruleSet ?? null,
      findings: scan?.findings ?? [],
      findings_total: scan?.findingsTotal ?? 0,
      capabilities: scan?.capabilities ?? [],
    };
  }

  @Route(http.getFindings)
  async findings({ params, query }: Given<typeof http.getFindings>, { caller }: Edge) {
    const input = { kind: query.kind, slug: params.slug, version: query.version ?? null };
    const found = valueOf(await this.bus.request(GetFindings, input, caller));
    const { blastRadius, ruleSet, scannedAt, findingsTotal, digestBlocked, ...same } = found;
    return {
      ...same,
      ...{ blast_radius: blastRadius, rule_set: ruleSet, scanned_at: scannedAt },
      ...{ findings_total: findingsTotal, digest_blocked: digestBlocked },
    };
  }

  @Route(http.reviewSkill)
  async review({ params, query, body }: Given<typeof http.reviewSkill>, { caller }: Edge) {
    return valueOf(await this.bus.request(ReviewSkill, { ...params, ...query, ...body }, caller));
  }

  @Route(http.blockBundle)
  async block({ params, body }: Given<typeof http.blockBundle>, { caller }: Edge) {
    return valueOf(await this.bus.request(BlockBundle, { ...params, ...body }, caller));
  }

  @Route(http.unblockBundle)
  async unblock({ params, body }: Given<typeof http.unblockBundle>, { caller }: Edge) {
    return valueOf(await this.bus.request(UnblockBundle, { ...params, ...body }, caller));
  }
}
