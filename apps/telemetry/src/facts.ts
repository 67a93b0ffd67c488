import { createHash } from 'node:crypto';
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

/**
 * A signal whose time cannot be right (over 5 minutes ahead, over 400 days ago) is taken to have happened when it was
 * received. The time is no part of the body: a client that tries again may say the time of its second try.
 */
export function admitSignal(signal: Signal, now: Date): AdmittedSignal {
  const [tenant, id] = [signal.tenant.toLowerCase(), signal.id.toLowerCase()];
  const { at: told, tenant: _tenant, id: _id, ...body } = signal;
  const late = now.getTime() - Date.parse(told);
  const skewed = late < -AHEAD_MS || late > BEHIND_MS;
  const received = now.toISOString();
  return {
    key: `${tenant}/${id}`,
    bodyHash: createHash('sha256')
      .update(JSON.stringify(Object.entries(body).sort(([a], [b]) => (a < b ? -1 : 1))))
      .digest('hex')
      .slice(0, 32),
    fact: {
      ...{ tenant, id, received, skewed, at: skewed ? received : new Date(told).toISOString() },
      ...{ type: signal.type, source: signal.source, kind: signal.kind, slug: signal.slug },
      version: signal.version ?? '',
      project: signal.project ?? '',
      session: signal.session ?? '',
      person: signal.person ?? '',
      trigger: signal.trigger ?? '',
      keys: signal.keys ?? [],
      invocation: signal.invocation ?? (signal.type === 'outcome' ? id : null),
      actor: signal.actor ?? '',
      outcome: signal.outcome ?? null,
      judge: signal.judge ?? null,
      rating: signal.rating ?? null,
      durationMs: signal.durationMs ?? null,
      followUps: signal.followUps ?? null,
      costMicros: signal.cost === undefined ? null : Math.round(signal.cost * MICROS),
    },
  };
}

/** What a fact counts by itself; activations and invocations count when all that is told of them is put together. */
export function quantitiesOf({ type, costMicros }: Fact): Quantities | undefined {
  switch (type) {
    case 'view':
      return { views: 1 };
    case 'download':
      return { downloads: 1 };
    case 'install':
      return { installs: 1 };
    case 'spent':
      return { cost_micros: costMicros ?? 0 };
    default:
      return undefined;
  }
}
