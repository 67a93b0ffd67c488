import { hash } from 'node:crypto';
import type { Signal } from '@loam/contracts/telemetry';
import type { Quantities } from './counters';

/** A signal as it is kept. What was not said is null, or empty where it is part of a key. */
export interface Fact {
  readonly tenant: string;
  readonly id: string;
  /** When it happened, or was received where that cannot be. */
  readonly at: string;
  readonly received: string;
  /** The time that was told cannot be right. */
  readonly skewed: boolean;
  readonly type: Signal['type'];
  readonly source: Signal['source'];
  readonly kind: Signal['kind'];
  readonly slug: string;
  readonly version: string;
  readonly project: string;
  readonly session: string;
  readonly person: string;
  readonly trigger: string;
  readonly keys: readonly string[];
  readonly invocation: string | null;
  /** The token that told it. */
  readonly actor: string;
  readonly outcome: Signal['outcome'] | null;
  readonly judge: Signal['judge'] | null;
  readonly rating: number | null;
  readonly durationMs: number | null;
  readonly followUps: number | null;
  readonly costMicros: number | null;
  /** How many uses of the same it stands for. */
  readonly times: number;
}

/** A fact before its id was claimed. */
export interface AdmittedSignal {
  /** Tenant and id, which together count once. */
  readonly key: string;
  /** Of what the reporter said; two reports of one thing differ in nothing of this. */
  readonly bodyHash: string;
  readonly fact: Fact;
}

const MINUTE_MS = 60_000;
const AHEAD_MS = 5 * MINUTE_MS;
const BEHIND_MS = 400 * 24 * 60 * MINUTE_MS;
const MICROS = 1_000_000;
const NO_KEYS: readonly string[] = [];
const KEPT_LENGTH = '2026-01-01T00:00:00.000Z'.length;

/** What the reporter said, in one order, whatever order it was said in. */
const bodyOf = (signal: Signal): string =>
  JSON.stringify([
    signal.type,
    signal.source,
    signal.kind,
    signal.slug,
    signal.version,
    signal.actor,
    signal.project,
    signal.session,
    signal.person,
    signal.trigger,
    signal.keys,
    signal.invocation,
    signal.outcome,
    signal.judge,
    signal.rating,
    signal.durationMs,
    signal.followUps,
    signal.cost,
    signal.times,
  ]);

/** Of what is told again and again; a body says neither id nor time, so that few differ. */
const hashes = new Map<string, string>();
const MOST_HASHES = 5000;

function hashOf(body: string): string {
  const known = hashes.get(body);
  if (known !== undefined) return known;
  const made = hash('sha256', body, 'hex').slice(0, 32);
  if (hashes.size >= MOST_HASHES) hashes.clear();
  hashes.set(body, made);
  return made;
}

/** The time as it is kept, to the millisecond; as it was told where that is how it was told. */
const isoOf = (told: string, ms: number): string =>
  told.length === KEPT_LENGTH && told.endsWith('Z') ? told : new Date(ms).toISOString();

/**
 * A signal whose time cannot be right (over 5 minutes ahead, over 400 days ago) is taken to have happened when it was
 * received. The time is no part of the body: a client that tries again may say the time of its second try.
 * Written out field by field, since most of what recording costs besides the database is here.
 */
export function admitSignal(signal: Signal, now: Date): AdmittedSignal {
  const tenant = signal.tenant.toLowerCase();
  const id = signal.id.toLowerCase();
  const told = Date.parse(signal.at);
  const late = now.getTime() - told;
  const skewed = late < -AHEAD_MS || late > BEHIND_MS;
  const received = now.toISOString();
  return {
    key: `${tenant}/${id}`,
    bodyHash: hashOf(bodyOf(signal)),
    fact: {
      tenant,
      id,
      at: skewed ? received : isoOf(signal.at, told),
      received,
      skewed,
      type: signal.type,
      source: signal.source,
      kind: signal.kind,
      slug: signal.slug,
      version: signal.version ?? '',
      project: signal.project ?? '',
      session: signal.session ?? '',
      person: signal.person ?? '',
      trigger: signal.trigger ?? '',
      keys: signal.keys ?? NO_KEYS,
      invocation: signal.invocation ?? (signal.type === 'outcome' ? id : null),
      actor: signal.actor ?? '',
      outcome: signal.outcome ?? null,
      judge: signal.judge ?? null,
      rating: signal.rating ?? null,
      durationMs: signal.durationMs ?? null,
      followUps: signal.followUps ?? null,
      costMicros: signal.cost === undefined ? null : Math.round(signal.cost * MICROS),
      times: signal.times ?? 1,
    },
  };
}

/** What a fact counts by itself; activations and invocations count when all that is told of them is put together. */
export function quantitiesOf({ type, costMicros, times }: Fact): Quantities | undefined {
  switch (type) {
    case 'view':
      return { views: times };
    case 'download':
      return { downloads: times };
    case 'install':
      return { installs: times };
    case 'spent':
      return { cost_micros: costMicros ?? 0 };
    case 'activation':
    case 'started':
    case 'ended':
    case 'rated':
    case 'corrected':
    case 'outcome':
      return undefined;
  }
}

/** Whether it counts by itself, whatever is known otherwise, and only in whole uses. */
export const isPlainUse = ({ type }: Fact): boolean =>
  type === 'view' || type === 'download' || type === 'install';
