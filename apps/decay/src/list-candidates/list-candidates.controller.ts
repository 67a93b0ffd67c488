import { Controller, Inject } from '@nestjs/common';
import type { Input, Output } from '@loam/contracts/define';
import { ListDecayCandidates } from '@loam/contracts/decay';
import { Database } from '@loam/database';
import type { Clock } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { CLOCK } from '../decay.parts';

const DAY_MS = 86_400_000;

/** A time as the contract spells it; never is null. The server writes it faster than a driver reads it into a date. */
const ISO = (time: string): string =>
  `to_char(NULLIF(${time}, '-infinity') AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

// One range of an index, in its order: who was never used comes first, then the oldest use.
const CANDIDATES = `
  SELECT slug, latest_version AS version, description, use_count::int AS "useCount", ${ISO('v.last_used_at')} AS "lastUsedAt",
    ${ISO('created_at')} AS "createdAt"
  FROM vitals v
  WHERE tenant_id = current_setting('loam.tenant')::uuid AND kind = 'skill' AND live
    AND v.last_used_at < $1 AND v.use_count < $2
  ORDER BY v.last_used_at, created_at, slug LIMIT $3`;

@Controller()
export class ListCandidatesController {
  constructor(
    private readonly database: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @OnRequest(ListDecayCandidates)
  list(
    { days, maxUses, limit }: Input<typeof ListDecayCandidates>,
    call: Call,
  ): Promise<Output<typeof ListDecayCandidates>> {
    const unusedSince = new Date(this.clock().getTime() - days * DAY_MS);
    return this.database.tenant(call.tenant, (tx) => tx.query(CANDIDATES, [unusedSince, maxUses, limit]));
  }
}
