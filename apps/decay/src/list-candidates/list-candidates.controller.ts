import { Controller, Inject } from '@nestjs/common';
import type { Input, Output } from '@loam/contracts/define';
import { ListDecayCandidates } from '@loam/contracts/decay';
import { Database } from '@loam/database';
import type { Clock } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { CLOCK } from '../decay.parts';

const DAY_MS = 86_400_000;

// One range of an index, in its order: who was never used comes first, then the oldest use.
const CANDIDATES = `
  SELECT slug, latest_version AS version, description, use_count::int, created_at,
    NULLIF(v.last_used_at, '-infinity') AS last_used_at
  FROM vitals v
  WHERE tenant_id = current_setting('loam.tenant')::uuid AND kind = 'skill' AND live
    AND v.last_used_at < $1 AND v.use_count < $2
  ORDER BY v.last_used_at, created_at, slug LIMIT $3`;

interface CandidateRow {
  readonly slug: string;
  readonly version: string;
  readonly description: string;
  readonly use_count: number;
  readonly last_used_at: Date | null;
  readonly created_at: Date;
}

@Controller()
export class ListCandidatesController {
  constructor(
    private readonly database: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @OnRequest(ListDecayCandidates)
  async list(
    { days, maxUses, limit }: Input<typeof ListDecayCandidates>,
    call: Call,
  ): Promise<Output<typeof ListDecayCandidates>> {
    const unusedSince = new Date(this.clock().getTime() - days * DAY_MS);
    const rows = await this.database.tenant(call.tenant, (tx) =>
      tx.query<CandidateRow[]>(CANDIDATES, [unusedSince, maxUses, limit]),
    );
    return rows.map(({ slug, version, description, use_count, last_used_at, created_at }) => ({
      ...{ slug, version, description, useCount: use_count },
      lastUsedAt: last_used_at?.toISOString() ?? null,
      createdAt: created_at.toISOString(),
    }));
  }
}
