import { z } from 'zod';
import type { TranscriptRecord } from '@loam/capture';
import type { Tx } from '@loam/database';

const MOST = 5000;

const text = z.string().optional();
const rowSchema = z.object({
  id: z.uuid(),
  type: z.string(),
  at: z.string(),
  data: z.object({
    text,
    tool: text,
    tool_use_id: text,
    target: text,
    output: text,
    error: text,
    denied: z.boolean().optional(),
    agent_id: text,
  }),
});
type Row = z.output<typeof rowSchema>;

/** A capture as the records of a transcript that it stands for; offsets are the places among the captures. */
function recordsOf({ id: uuid, type, at, data }: Row, offset: number): TranscriptRecord[] {
  const common = { uuid, at, offset };
  const { text: said = '', tool = '', target = '', output = '', error = '' } = data;
  switch (type) {
    case 'prompted':
    case 'marker':
      return said === '' ? [] : [{ ...common, kind: 'prompt', text: said }];
    case 'stopped':
    case 'subagent-stopped':
      return said === '' ? [] : [{ ...common, kind: 'said', text: said }];
    case 'tool-used':
    case 'tool-failed': {
      const call = data.tool_use_id ?? uuid;
      const failed = type === 'tool-failed';
      const outcome = failed ? (data.denied === true ? 'denied' : 'failed') : 'passed';
      return [
        { ...common, kind: 'call', id: call, tool, target },
        { ...common, kind: 'result', id: call, outcome, text: failed && error !== '' ? error : output },
      ];
    }
    default:
      return [];
  }
}

/** Which of these ids of records are captures of the session. */
export async function capturesAmong(
  tx: Tx,
  sessionId: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await tx.query<{ id: string }[]>(
    `SELECT id FROM captures WHERE tenant_id = current_setting('loam.tenant')::uuid AND session_id = $1
       AND id::text = ANY ($2)`,
    [sessionId, ids],
  );
  return new Set(rows.map(({ id }) => id));
}

/** What hooks told of a session, as records of a transcript, in the order of the session. */
export async function recordsOfCaptures(tx: Tx, sessionId: string): Promise<TranscriptRecord[]> {
  const rows = await tx.query<unknown[]>(
    `SELECT id, type, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at, data FROM captures
     WHERE tenant_id = current_setting('loam.tenant')::uuid AND session_id = $1
     ORDER BY sequence NULLS LAST, at, id LIMIT ${String(MOST)}`,
    [sessionId],
  );
  return rowSchema.array().parse(rows).flatMap(recordsOf);
}
