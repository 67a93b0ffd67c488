import type { Item } from '@loam/contracts/skill';
import type { Tx } from '@loam/database';
import { NO_STREAM, type UnitOfWork } from '@loam/event-store';
import type { Decider } from '@loam/kernel';
import { dayKey, vitalsStream, type VersionState, type Vitals, type VitalsEvent } from './vitals.stream';

/** What of an item an observation is about: only this is read. */
interface About extends Item {
  readonly versions: readonly string[];
  readonly day?: string;
}

const VERSIONS = `
  SELECT version, published_at IS NOT NULL AS observed, retired, retired_as_of AS "asOf" FROM versions
  WHERE tenant_id = current_setting('loam.tenant')::uuid AND kind = $1 AND slug = $2 AND version = ANY ($3)`;

const SEQUENCES = `
  SELECT version, to_char(day, 'YYYY-MM-DD') AS day, sequence FROM usage_days
  WHERE tenant_id = current_setting('loam.tenant')::uuid AND kind = $1 AND slug = $2 AND version = ANY ($3)
    AND day = $4`;

async function readVitals(tx: Tx, { kind, slug, versions, day }: About): Promise<Vitals> {
  const item = [kind, slug, versions];
  const known = await tx.query<({ version: string } & VersionState)[]>(VERSIONS, item);
  const days =
    day === undefined
      ? []
      : await tx.query<{ version: string; day: string; sequence: number }[]>(SEQUENCES, [...item, day]);
  return {
    versions: new Map(known.map(({ version, ...state }) => [version, state])),
    sequences: new Map(days.map((found) => [dayKey(found), found.sequence])),
  };
}

async function readRevision(tx: Tx, { kind, slug }: Item): Promise<number> {
  const [row] = await tx.query<{ revision: number }[]>(
    `SELECT revision FROM vitals
     WHERE tenant_id = current_setting('loam.tenant')::uuid AND kind = $1 AND slug = $2`,
    [kind, slug],
  );
  return row?.revision ?? NO_STREAM;
}

/**
 * Decides what an observation means for an item and appends that. The state comes from the rows that the stream has
 * led to, since a stream grows by an event for every few seconds of use. The revision is read first: whatever
 * changes after that is a conflict, and the observation is delivered again.
 */
export async function observe<Command>(
  unit: UnitOfWork,
  decider: Decider<Command, Vitals, VitalsEvent, never>,
  about: About,
  command: Command,
): Promise<void> {
  const expected = await readRevision(unit.tx, about);
  const decision = decider.decide(command, await readVitals(unit.tx, about));
  if ('rejected' in decision || decision.events.length === 0) return;
  const stream = vitalsStream(unit.context.tenant, about);
  await unit.append({ stream, expected, facts: decision.events });
}
