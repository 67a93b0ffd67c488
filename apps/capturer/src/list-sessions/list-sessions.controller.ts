import { Controller } from '@nestjs/common';
import {
  funnelStageSchema,
  GetCaptureFunnel,
  GetCaptureSession,
  ListCaptureSessions,
  sessionStatusSchema,
} from '@loam/contracts/capture';
import type { Input, Output } from '@loam/contracts/define';
import { Database, type Tx } from '@loam/database';
import { reject, type Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { findSessions } from '../session.queries';
import { FUNNEL, STATUSES } from './funnel.sql';

@Controller()
export class ListSessionsController {
  constructor(private readonly database: Database) {}

  @OnRequest(ListCaptureSessions)
  list(wanted: Input<typeof ListCaptureSessions>, call: Call): Promise<Output<typeof ListCaptureSessions>> {
    return this.database.tenant(call.tenant, (tx) => findSessions(tx, wanted));
  }

  @OnRequest(GetCaptureSession)
  async get(
    { id }: Input<typeof GetCaptureSession>,
    call: Call,
  ): Promise<Output<typeof GetCaptureSession> | Rejection<'session-not-found'>> {
    const wanted = { status: null, session: id, limit: 1 };
    const [found] = await this.database.tenant(call.tenant, (tx) => findSessions(tx, wanted));
    return found ?? reject('session-not-found', 'There is no such session.');
  }

  @OnRequest(GetCaptureFunnel)
  funnel({ days }: Input<typeof GetCaptureFunnel>, call: Call): Promise<Output<typeof GetCaptureFunnel>> {
    return this.database.tenant(call.tenant, async (tx) => ({
      stages: await stagesOf(tx, days),
      statuses: await statusesOf(tx, days),
    }));
  }
}

async function stagesOf(tx: Tx, days: number): Promise<Output<typeof GetCaptureFunnel>['stages']> {
  const [row = {}] = await tx.query<Record<string, unknown>[]>(FUNNEL, [days]);
  return funnelStageSchema.options.map((stage) => {
    const seconds = row[`${stage}_seconds`];
    return {
      ...{ stage, sessions: Number(row[stage] ?? 0) },
      medianSeconds: typeof seconds === 'number' ? seconds : null,
    };
  });
}

async function statusesOf(tx: Tx, days: number): Promise<Output<typeof GetCaptureFunnel>['statuses']> {
  const rows = await tx.query<{ status: string; sessions: number }[]>(STATUSES, [days]);
  const counted = new Map(rows.map(({ status, sessions }) => [status, sessions]));
  return GetCaptureFunnel.output.shape.statuses.parse(
    Object.fromEntries(sessionStatusSchema.options.map((status) => [status, counted.get(status) ?? 0])),
  );
}
