import { z } from 'zod';
import type { Signal, SignalResult } from '@loam/contracts/telemetry';
import type { Database, Lanes, Tx } from '@loam/database';
import type { Clock } from '@loam/kernel';
import { lockActivations } from '../activations';
import { factColumns } from '../fact-columns';
import { admitSignal, isPlainUse, type AdmittedSignal, type Fact } from '../facts';
import { refusedAmong, type Refusal, forgetInvocations, lockInvocations } from '../invocations';
import { count } from '../rollups';
import { tell } from '../tell';
import { arrays, names, unnest } from '../unnest';
import { LANE_SETTINGS, plainUses, recordingOf } from './plain-uses';

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

/** Batches that commit at the same time. */
const LANES = 3;

const isDeadlock = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === DEADLOCK;

interface Outcome {
  /** Of those that were recorded before, the hash of what was recorded then. */
  readonly known: ReadonlyMap<string, string>;
  /** By the keys of those that may not tell of their invocation, why. */
  readonly refused: ReadonlyMap<string, Refusal>;
}
const nothing: Outcome = { known: new Map(), refused: new Map() };

/** Records signals of any tenants, each once. */
export class SignalRecorder {
  private readonly lanes: Lanes;

  constructor(
    private readonly database: Pick<Database, 'system' | 'openLanes'>,
    private readonly clock: Clock,
  ) {
    this.lanes = database.openLanes({ connections: LANES, settings: LANE_SETTINGS });
  }

  /**
   * Records a batch with the same few statements, whatever its size: one commit of all that counts by itself, and one
   * of all that is put together with what is known. Resolves when both are done.
   */
  async record(signals: readonly Signal[]): Promise<SignalResult[]> {
    const now = this.clock();
    const admitted = signals.map((signal) => admitSignal(signal, now));
    const first = new Map<string, AdmittedSignal>();
    for (const signal of admitted) if (!first.has(signal.key)) first.set(signal.key, signal);
    const [plain, others] = partition([...first.values()]);
    const outcomes = await Promise.all([
      plain.length === 0 ? nothing : insist(() => this.keepPlain(plain)),
      others.length === 0 ? nothing : insist(() => this.database.system((tx) => keep(tx, others))),
    ]);
    return admitted.map(({ key, bodyHash }) => {
      const known = outcomes[0].known.get(key) ?? outcomes[1].known.get(key) ?? first.get(key)?.bodyHash;
      if (bodyHash !== known) return 'conflict';
      return outcomes[1].refused.get(key) ?? 'recorded';
    });
  }

  private async keepPlain(uses: readonly AdmittedSignal[]): Promise<Outcome> {
    const rows = repeatedSchema.parse(await this.lanes.run(recordingOf(uses), plainUses(uses)));
    const known = new Map(rows.flatMap(({ key, body_hash: hash }) => (hash === null ? [] : [[key, hash]])));
    if (known.size === rows.length) return { known, refused: new Map() };
    const unseen = new Set(rows.flatMap(({ key, body_hash: hash }) => (hash === null ? key : [])));
    const late = uses.filter(({ key }) => unseen.has(key)).map(({ fact }) => fact);
    const found = await this.database.system((tx) => knownAmong(tx, late));
    return { known: new Map([...known, ...found]), refused: new Map() };
  }
}

const repeatedSchema = z.array(z.object({ key: z.string(), body_hash: z.string().nullable() }));

/** What counts by itself, and the rest. */
function partition(signals: readonly AdmittedSignal[]): [plain: AdmittedSignal[], others: AdmittedSignal[]] {
  const [plain, others]: [AdmittedSignal[], AdmittedSignal[]] = [[], []];
  for (const signal of signals) (isPlainUse(signal.fact) ? plain : others).push(signal);
  return [plain, others];
}

async function insist<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isDeadlock(error) || attempt === ATTEMPTS) throw error;
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
  const refused = await keepFresh(tx, fresh);
  const repeated = signals.filter(({ key }) => !keys.has(key)).map(({ fact }) => fact);
  return {
    known: repeated.length === 0 ? new Map() : await knownAmong(tx, repeated),
    refused: new Map([...refused].map(([{ tenant, id }, why]) => [`${tenant}/${id}`, why])),
  };
}

async function knownAmong(tx: Tx, facts: readonly Fact[]): Promise<ReadonlyMap<string, string>> {
  const rows = await tx.query<{ key: string; body_hash: string }[]>(KNOWN, idsOf(facts));
  return new Map(rows.map(({ key, body_hash }) => [key, body_hash]));
}

async function keepFresh(tx: Tx, fresh: readonly Fact[]): Promise<ReadonlyMap<Fact, Refusal>> {
  const activations = await lockActivations(tx, fresh);
  const invocations = await lockInvocations(tx, fresh);
  const refused = refusedAmong(fresh, invocations);
  const own = fresh.filter((fact) => !refused.has(fact));
  if (own.length > 0) {
    await tx.query(KEEP, arrays(factColumns, own));
    await count(tx, await tell(tx, own, { activations, invocations }));
  }
  if (refused.size > 0) {
    await tx.query(DISCLAIM, idsOf([...refused.keys()]));
    await forgetInvocations(tx, [...refused.keys()]);
  }
  return refused;
}
