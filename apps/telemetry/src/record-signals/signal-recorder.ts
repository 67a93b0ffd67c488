import type { Signal, SignalResult } from '@loam/contracts/telemetry';
import type { Database, Tx } from '@loam/database';
import type { Clock } from '@loam/kernel';
import { lockActivations } from '../activations';
import { factColumns } from '../fact-columns';
import { admitSignal, type AdmittedSignal, type Fact } from '../facts';
import { foreignAmong, forgetInvocations, lockInvocations } from '../invocations';
import { count } from '../rollups';
import { tell } from '../tell';
import { arrays, names, unnest } from '../unnest';

/** Waits where another transaction has the same id in hand, in the order of the keys, so that no two wait in a circle. */
const CLAIM = `
  INSERT INTO usage_ids (tenant_id, event_id, body_hash)
  SELECT tenant, id, decode(body_hash, 'hex')
  FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS given (tenant, id, body_hash) ORDER BY tenant, id
  ON CONFLICT DO NOTHING RETURNING tenant_id || '/' || event_id AS key`;

const DISCLAIM =
  'DELETE FROM usage_ids WHERE (tenant_id, event_id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))';

/** After the locks, so that the facts of one invocation or activation are numbered in the order in which they counted. */
const KEEP = `INSERT INTO usage_facts (${names(factColumns)}) SELECT * FROM ${unnest(factColumns)}`;

const KNOWN = `
  SELECT tenant_id || '/' || event_id AS key, encode(body_hash, 'hex') AS body_hash FROM usage_ids
  WHERE (tenant_id, event_id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))`;

/** Two batches that join the same groups of activations may each wait for the other; one of them tries again. */
const DEADLOCK = '40P01';
const ATTEMPTS = 5;

const isDeadlock = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === DEADLOCK;

interface Outcome {
  /** Of those that were recorded before, the hash of what was recorded then. */
  readonly known: ReadonlyMap<string, string>;
  /** The keys of those that tell of an invocation of somebody else. */
  readonly foreign: ReadonlySet<string>;
}

/** Records signals of any tenants, each once. */
export class SignalRecorder {
  constructor(
    private readonly database: Pick<Database, 'system'>,
    private readonly clock: Clock,
  ) {}

  /** Records a batch in one commit and the same few statements, whatever its size. */
  async record(signals: readonly Signal[]): Promise<SignalResult[]> {
    const now = this.clock();
    const admitted = signals.map((signal) => admitSignal(signal, now));
    const first = new Map<string, AdmittedSignal>();
    for (const signal of admitted) if (!first.has(signal.key)) first.set(signal.key, signal);
    const { known, foreign } = await this.keep([...first.values()]);
    return admitted.map(({ key, bodyHash }) => {
      if (bodyHash !== (known.get(key) ?? first.get(key)?.bodyHash)) return 'conflict';
      return foreign.has(key) ? 'foreign' : 'recorded';
    });
  }

  private async keep(signals: readonly AdmittedSignal[]): Promise<Outcome> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.database.system((tx) => keep(tx, signals));
      } catch (error) {
        if (!isDeadlock(error) || attempt === ATTEMPTS) throw error;
      }
    }
  }
}

const idsOf = (facts: readonly Fact[]): string[][] => [
  facts.map(({ tenant }) => tenant),
  facts.map(({ id }) => id),
];

async function keep(tx: Tx, signals: readonly AdmittedSignal[]): Promise<Outcome> {
  const claimed = await tx.query<{ key: string }[]>(CLAIM, [
    ...idsOf(signals.map(({ fact }) => fact)),
    signals.map(({ bodyHash }) => bodyHash),
  ]);
  const keys = new Set(claimed.map(({ key }) => key));
  const fresh = signals.filter(({ key }) => keys.has(key)).map(({ fact }) => fact);
  const foreign = await keepFresh(tx, fresh);
  const repeated = signals.filter(({ key }) => !keys.has(key)).map(({ fact }) => fact);
  const rows =
    repeated.length === 0 ? [] : await tx.query<{ key: string; body_hash: string }[]>(KNOWN, idsOf(repeated));
  return {
    known: new Map(rows.map(({ key, body_hash }) => [key, body_hash])),
    foreign: new Set([...foreign].map(({ tenant, id }) => `${tenant}/${id}`)),
  };
}

async function keepFresh(tx: Tx, fresh: readonly Fact[]): Promise<ReadonlySet<Fact>> {
  const activations = await lockActivations(tx, fresh);
  const invocations = await lockInvocations(tx, fresh);
  const foreign = foreignAmong(fresh, invocations);
  const own = fresh.filter((fact) => !foreign.has(fact));
  if (own.length > 0) {
    await tx.query(KEEP, arrays(factColumns, own));
    await count(tx, await tell(tx, own, { activations, invocations }));
  }
  if (foreign.size > 0) {
    await tx.query(DISCLAIM, idsOf([...foreign]));
    await forgetInvocations(tx, [...foreign]);
  }
  return foreign;
}
