import { Controller } from '@nestjs/common';
import {
  GetCaptureFunnel,
  GetCaptureSession,
  ListCaptureSessions,
  type CaptureSession,
} from '@loam/contracts/capture';
import * as http from '@loam/contracts/http/capture';
import { Bus, valueOf } from '@loam/messaging';
import { sessionIdOf } from '../capture-of-report';
import type { Edge } from '../edge';
import { Pseudonyms } from '../pseudonyms';
import { Route, type Given } from '../route';

const toSession = (session: CaptureSession) => {
  const { transcriptBytes, startedAt, lastHeardAt, endedAt, endReason, ...rest } = session;
  const { scoredAt, waitsUntil, draftId, draftedAt, ...same } = rest;
  return {
    ...same,
    ...{ transcript_bytes: transcriptBytes, started_at: startedAt, last_heard_at: lastHeardAt },
    ...{ ended_at: endedAt, end_reason: endReason, scored_at: scoredAt, waits_until: waitsUntil },
    ...{ draft_id: draftId, drafted_at: draftedAt },
  };
};

@Controller()
export class CaptureController {
  constructor(
    private readonly bus: Bus,
    private readonly pseudonyms: Pseudonyms,
  ) {}

  @Route(http.listCaptureSessions)
  async list({ query }: Given<typeof http.listCaptureSessions>, { caller, principal }: Edge) {
    const { tenantId: tenant, tokenId: actor } = principal;
    const session =
      query.session === undefined
        ? null
        : sessionIdOf({ tenant, actor, pseudonyms: this.pseudonyms }, query.session);
    const asked = { status: query.status ?? null, session, limit: query.limit };
    return valueOf(await this.bus.request(ListCaptureSessions, asked, caller)).map(toSession);
  }

  @Route(http.getCaptureSession)
  async get({ params }: Given<typeof http.getCaptureSession>, { caller }: Edge) {
    return toSession(valueOf(await this.bus.request(GetCaptureSession, params, caller)));
  }

  @Route(http.getCaptureFunnel)
  async funnel({ query }: Given<typeof http.getCaptureFunnel>, { caller }: Edge) {
    const { stages, statuses } = valueOf(await this.bus.request(GetCaptureFunnel, query, caller));
    return {
      statuses,
      stages: stages.map(({ medianSeconds, ...stage }) => ({ ...stage, median_seconds: medianSeconds })),
    };
  }
}
