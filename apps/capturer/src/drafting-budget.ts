import type { Database } from '@loam/database';
import { uuidv7, type Clock } from '@loam/kernel';

/** What drafting may cost a tenant in a day, UTC. */
export interface DailyBudget {
  readonly tokens: number;
  /** US dollars. */
  readonly cost: number;
}

/** The day's budget does not suffice for another call. */
export class BudgetExhausted extends Error {
  constructor(
    /** When there is a new one, ISO 8601. */
    readonly until: string,
  ) {
    super('the budget for drafting is used up for today');
  }
}

interface Spent {
  readonly tokens: number;
  readonly cost: number;
}

interface Call {
  readonly tenant: string;
  readonly sessionId: string;
  readonly step: string;
  /** What the call may cost at most. */
  readonly most: Spent;
}

const SPENT = `SELECT coalesce(sum(tokens), 0)::float8 AS tokens, coalesce(sum(cost), 0)::float8 AS cost
  FROM model_calls WHERE tenant_id = current_setting('loam.tenant')::uuid AND day = $1`;
const RESERVE = `INSERT INTO model_calls (tenant_id, id, day, session_id, step, tokens, cost, settled)
  VALUES (current_setting('loam.tenant')::uuid, $1, $2, $3, $4, $5, $6, false)`;
const SETTLE = `UPDATE model_calls SET tokens = $2, cost = $3, settled = true
  WHERE tenant_id = current_setting('loam.tenant')::uuid AND id = $1`;

/** What each tenant may still spend on drafting today. Reservations of one tenant wait for each other. */
export class DraftingBudget {
  constructor(
    private readonly database: Database,
    private readonly daily: DailyBudget,
    private readonly clock: Clock,
  ) {}

  /**
   * Sets aside what a call may cost.
   * @returns a function that puts what it did cost in its place; where nobody calls it, the reservation stands
   * @throws BudgetExhausted
   */
  async reserve({ tenant, sessionId, step, most }: Call): Promise<(spent: Spent) => Promise<void>> {
    const now = this.clock();
    const day = now.toISOString().slice(0, 10);
    const id = uuidv7();
    await this.database.tenant(tenant, async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`drafting ${tenant}`]);
      const [spent = { tokens: 0, cost: 0 }] = await tx.query<Spent[]>(SPENT, [day]);
      if (spent.tokens + most.tokens > this.daily.tokens || spent.cost + most.cost > this.daily.cost)
        throw new BudgetExhausted(tomorrow(now));
      await tx.query(RESERVE, [id, day, sessionId, step, most.tokens, most.cost]);
    });
    return async (spent) => {
      await this.database.tenant(tenant, (tx) => tx.query(SETTLE, [id, spent.tokens, spent.cost]));
    };
  }
}

const tomorrow = (now: Date): string =>
  new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1)).toISOString();
