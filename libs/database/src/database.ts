import { DataSource, type EntityManager } from 'typeorm';
import { isUuid } from '@loam/kernel';
import type { DatabaseOptions } from './database-options';
import { HeardClient } from './heard-client';
import { openLanes, type LaneOptions, type Lanes } from './lanes';

/** One transaction. `query` for SQL; the rest of TypeORM's manager where a row class says it better. */
export type Tx = Pick<EntityManager, 'query'>;

const connect = (options: DatabaseOptions, url: string, poolSize: number): Promise<DataSource> =>
  new DataSource({
    type: 'postgres',
    url,
    poolSize,
    applicationName: options.applicationName,
    connectTimeoutMS: 2000,
    // Tables are named without schema, so that a rebuild can run the same statements in another one.
    extra: {
      options: `-c search_path=${options.schema} -c statement_timeout=30s -c idle_in_transaction_session_timeout=30s`,
      idleTimeoutMillis: 30_000,
      Client: HeardClient,
    },
    entities: [],
    synchronize: false,
    migrationsRun: false,
    logging: false,
  }).initialize();

/** A service's connections to its own schema. */
export class Database {
  private readonly opened: { close(): Promise<void> }[] = [];

  private constructor(
    private readonly app: DataSource,
    private readonly privileged: DataSource,
    readonly options: DatabaseOptions,
  ) {}

  /** Connects both pools; rejects when the server cannot be reached. */
  static async open(options: DatabaseOptions): Promise<Database> {
    const app = await connect(options, options.url, options.poolSize);
    try {
      return new Database(app, await connect(options, options.systemUrl, 6), options);
    } catch (error) {
      await app.destroy();
      throw error;
    }
  }

  /**
   * Runs `work` in a transaction that sees and writes rows of this tenant only. The tenant is set for the
   * transaction, not for the connection, so it cannot leak to the next user of a pooled connection.
   */
  async tenant<T>(tenant: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    if (!isUuid(tenant)) throw new Error('a tenant is named by its id');
    const runner = this.app.createQueryRunner();
    try {
      // Both in one round trip. This form takes no parameters; the id has just been checked.
      await runner.query(`BEGIN; SET LOCAL loam.tenant = '${tenant}'`);
      const result = await work(runner.manager);
      await runner.query('COMMIT');
      return result;
    } catch (error) {
      // A connection that cannot roll back is broken, and the pool drops it.
      await runner.query('ROLLBACK').catch(() => undefined);
      throw error;
    } finally {
      await runner.release();
    }
  }

  /** Runs `work` as the app role without a tenant: it sees only tables that belong to none. */
  tenantless<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.app.transaction(work);
  }

  /** Runs `work` as the system role, whose policies list the tables and verbs that it may use for all tenants. */
  system<T>(
    work: (tx: Tx) => Promise<T>,
    isolation: 'READ COMMITTED' | 'REPEATABLE READ' = 'READ COMMITTED',
  ): Promise<T> {
    return this.privileged.transaction(isolation, work);
  }

  /** Connections for a statement that is asked very often, until the database is closed. */
  openLanes(options: LaneOptions): Lanes {
    const lanes = openLanes(this.options, options);
    this.opened.push(lanes);
    return lanes;
  }

  /** Rejects when either role cannot reach the database. */
  async ping(): Promise<void> {
    await Promise.all([this.app.query('SELECT 1'), this.privileged.query('SELECT 1')]);
  }

  async close(): Promise<void> {
    const lanes = this.opened.map((each) => each.close());
    await Promise.all([this.app.destroy(), this.privileged.destroy(), ...lanes]);
  }
}
