import { createHash } from 'node:crypto';
import type { Signal, SignalResult } from '@loam/contracts/telemetry';
import type { Database } from '@loam/database';

interface Wishes {
  /** Tenants that want nothing recorded. */
  readonly untracked: ReadonlySet<string>;
  /** Tenants that want nothing recorded by person. */
  readonly impersonal: ReadonlySet<string>;
}

const FIND = 'SELECT tenant_id, tracking FROM usage_policies WHERE NOT tracking OR NOT people';

/** Names under which signals still meet, and by which no session is known. */
const anonymous = (key: string): string => {
  const prefix = key.slice(0, key.indexOf(':') + 1);
  return `${prefix}${createHash('sha256').update(key).digest('hex').slice(0, 32)}`;
};

function withoutPerson({ session: _session, person: _person, keys, ...signal }: Signal): Signal {
  return { ...signal, ...(keys === undefined ? {} : { keys: keys.map(anonymous) }) };
}

/** The wishes of this process, shared by who obeys them and who looks for new ones. */
const known = new WeakMap<object, RecordingWishes>();
export function wishesOf(database: Pick<Database, 'system'>): RecordingWishes {
  const wishes = known.get(database) ?? new RecordingWishes(database);
  known.set(database, wishes);
  return wishes;
}

/** What tenants wish not to be kept, as it was a moment ago. Few tenants wish anything, so all of it is remembered. */
export class RecordingWishes {
  private wishes: Wishes = { untracked: new Set(), impersonal: new Set() };

  constructor(private readonly database: Pick<Database, 'system'>) {}

  /** Looks again. To be called every so often, and before anything is recorded. */
  async refresh(): Promise<void> {
    const rows = await this.database.system((tx) =>
      tx.query<{ tenant_id: string; tracking: boolean }[]>(FIND),
    );
    const named = (tracking: boolean): ReadonlySet<string> =>
      new Set(rows.filter((row) => row.tracking === tracking).map((row) => row.tenant_id));
    this.wishes = { untracked: named(false), impersonal: named(true) };
  }

  /** Records what nobody wishes away; the results are those of all signals, in their order. */
  async obeyed(
    signals: readonly Signal[],
    record: (signals: readonly Signal[]) => Promise<SignalResult[]>,
  ): Promise<SignalResult[]> {
    const { untracked, impersonal } = this.wishes;
    if (untracked.size + impersonal.size === 0) return record(signals);
    const isWanted = ({ tenant }: Signal): boolean => !untracked.has(tenant.toLowerCase());
    const wanted = signals
      .filter(isWanted)
      .map((signal) => (impersonal.has(signal.tenant.toLowerCase()) ? withoutPerson(signal) : signal));
    const results = wanted.length === 0 ? [] : await record(wanted);
    let next = 0;
    return signals.map((signal) => {
      if (!isWanted(signal)) return 'declined';
      next += 1;
      return results[next - 1] ?? 'recorded';
    });
  }
}
