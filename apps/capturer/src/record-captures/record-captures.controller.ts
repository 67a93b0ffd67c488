import { Controller } from '@nestjs/common';
import { RecordCaptures, type Capture, type CaptureResult } from '@loam/contracts/capture';
import type { Input, Output } from '@loam/contracts/define';
import type { Tx } from '@loam/database';
import { EventStore, StreamConflict } from '@loam/event-store';
import { Jobs } from '@loam/jobs';
import { OnRequest, type Call } from '@loam/messaging';
import type { capturerJobs } from '../capturer.jobs';
import { despiteConflicts, noteHeard } from '../hear-sessions';
import { findKnown } from '../session.queries';
import { sessionStream } from '../session.stream';
import { heardIn } from './heard-in';

const KNOWN = `SELECT id, sha256 FROM captures WHERE tenant_id = current_setting('loam.tenant')::uuid AND id = ANY ($1)`;

const KEEP = `
  INSERT INTO captures (tenant_id, id, session_id, sha256, type, at, sequence, data)
  SELECT current_setting('loam.tenant')::uuid, g.id, g.session, g.sha256, g.type, g.at, g.sequence, g.data
  FROM jsonb_to_recordset($1::jsonb) AS g(id uuid, session uuid, sha256 text, type text, at timestamptz,
    sequence bigint, data jsonb)
  ON CONFLICT (tenant_id, id) DO NOTHING RETURNING id`;

async function hashesOf(tx: Tx, captures: readonly Capture[]): Promise<Map<string, string>> {
  const rows = await tx.query<{ id: string; sha256: string }[]>(KNOWN, [captures.map(({ id }) => id)]);
  return new Map(rows.map(({ id, sha256 }) => [id, sha256]));
}

@Controller()
export class RecordCapturesController {
  constructor(
    private readonly store: EventStore,
    private readonly jobs: Jobs<typeof capturerJobs>,
  ) {}

  @OnRequest(RecordCaptures)
  record({ captures }: Input<typeof RecordCaptures>, call: Call): Promise<Output<typeof RecordCaptures>> {
    return despiteConflicts(this.store, call.context, async (unit) => {
      const hashes = await hashesOf(unit.tx, captures);
      const fresh: Capture[] = [];
      const results = captures.map(({ id, sha256, ...rest }): CaptureResult => {
        const before = hashes.get(id);
        if (before !== undefined) return before === sha256 ? 'recorded' : 'conflict';
        hashes.set(id, sha256);
        fresh.push({ id, sha256, ...rest });
        return 'recorded';
      });
      if (fresh.length === 0) return { results };
      const heard = heardIn(fresh, call.identity.actor.id);
      const known = await findKnown(
        unit.tx,
        heard.map(({ sessionId }) => sessionId),
      );
      await noteHeard(unit, this.jobs, known, heard);
      const kept = await unit.tx.query<unknown[]>(KEEP, [JSON.stringify(fresh)]);
      // Somebody else has kept some of the same ids at the same moment; now it can be seen what they say.
      if (kept.length < fresh.length)
        throw new StreamConflict(sessionStream(call.tenant, fresh[0]?.session ?? ''), kept.length);
      return { results };
    });
  }
}
