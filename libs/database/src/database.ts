import { isUuid } from '@loam/kernel';
import { ConnectionPool, type Tx } from './connection-pool';
import type { DatabaseOptions } from './database-options';
import { openLanes, type LaneOptions, type Lanes } from './lanes';

/** A service's connections to its own schema. */
export class Database {
  private readonly opened: { close(): Promise<void> }[] = [];

  private constructor(
    private readonly app: ConnectionPool,
    private readonly privileged: ConnectionPool,
    readonly options: DatabaseOptions,
  ) {}

  /** Connects both pools; rejects when the server cannot be reached. */
  static async open(options: DatabaseOptions): Promise<Database> {
    const database = new Database(
      new ConnectionPool(options, options.url, options.poolSize),
      new ConnectionPool(options, options.systemUrl, 6),
      options,
    );
    try {
      await database.ping();
    } catch (error) {
      await database.close();
      throw error;
    }
    return database;
  }

  /**
   * Runs `work` in a transaction that sees and writes rows of this tenant only. The tenant is set for the
   * transaction, not for the connection, so it cannot leak to the next user of a pooled connection.
   */
  async tenant<T>(tenant: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    if (!isUuid(tenant)) throw new Error('a tenant is named by its id');
    // This form takes no parameters; the id has just been checked.
    return this.app.transaction(`BEGIN; SET LOCAL loam.tenant = '${tenant}'`, work);
  }

  /** Runs `work` as the app role without a tenant: it sees only tables that belong to none. */
  tenantless<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.app.transaction('BEGIN', work);
  }

  /** Runs `work` as the system role, whose policies list the tables and verbs that it may use for all tenants. */
  system<T>(
    work: (tx: Tx) => Promise<T>,
    isolation: 'READ COMMITTED' | 'REPEATABLE READ' = 'READ COMMITTED',
  ): Promise<T> {
    return this.privileged.transaction(`BEGIN ISOLATION LEVEL ${isolation}`, work);
  }

  /** Connections for a statement that is asked very often, until the database is closed. */
  openLanes(options: LaneOptions): Lanes {
    const lanes = openLanes(this.options, options);
    this.opened.push(lanes);
    return lanes;
  }

  /** Rejects when either role cannot reach the database. */
  async ping(): Promise<void> {
    await Promise.all([this.app.ping(), this.privileged.ping()]);
  }

  async close(): Promise<void> {
    const lanes = this.opened.map((each) => each.close());
    await Promise.all([this.app.close(), this.privileged.close(), ...lanes]);
  }
}
