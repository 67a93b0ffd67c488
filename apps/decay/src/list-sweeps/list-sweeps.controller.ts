import { Controller } from '@nestjs/common';
import { ListSweeps } from '@loam/contracts/decay';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { Database } from '@loam/database';
import type { Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { z } from 'zod';
import { cursorOf, partsOf } from '../page-cursor';

const PAGE = `
  SELECT id, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at, outcome, policy_version AS "policyVersion",
    examined, flagged, cleared, notified, archived
  FROM sweeps s WHERE tenant_id = current_setting('loam.tenant')::uuid AND (s.at, s.id) < ($1, $2)
  ORDER BY s.at DESC, s.id DESC LIMIT $3`;

const placeSchema = z.tuple([
  z.iso.datetime().regex(/^[1-9]/, 'must be a time that the database knows'),
  z.string().regex(/^[\w:.-]{1,100}$/),
]);

@Controller()
export class ListSweepsController {
  constructor(private readonly database: Database) {}

  @OnRequest(ListSweeps)
  async list(
    { limit, cursor }: Input<typeof ListSweeps>,
    call: Call,
  ): Promise<Output<typeof ListSweeps> | Rejection<ProblemOf<typeof ListSweeps>>> {
    const before = partsOf(cursor, placeSchema);
    if (before !== null && 'rejected' in before) return before;
    const sweeps = await this.database.tenant(call.tenant, (tx) =>
      tx.query<Output<typeof ListSweeps>['sweeps']>(PAGE, [...(before ?? ['infinity', '']), limit]),
    );
    const last = sweeps.length === limit ? sweeps.at(-1) : undefined;
    return { sweeps, next: last === undefined ? null : cursorOf(last.at, last.id) };
  }
}
