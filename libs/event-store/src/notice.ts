import { setTimeout as delay } from 'node:timers/promises';
import type { Database, Lanes } from '@loam/database';
import { wakeChannel } from './tables';

const NOTIFY = { name: 'notify', text: 'SELECT pg_notify($1, $2)' };

/** How long what is appended meanwhile waits for the next notice, in ms. */
const GAP_MS = 10;

/**
 * Wakes who follows the log, in any process. It is given after the commit, since Postgres lets only one transaction
 * commit at a time that notifies; many appends share one. It may be lost, as with a crash after the commit: followers
 * look from time to time anyway.
 */
export class Notice {
  private readonly lanes: Lanes;
  private isOwed = false;
  private isBusy = false;

  constructor(private readonly database: Database) {
    // There is nothing in it that would have to reach the disk.
    this.lanes = database.openLanes({ connections: 1, settings: { synchronous_commit: 'off' } });
  }

  /** Something was committed to the log. */
  give(): void {
    this.isOwed = true;
    if (!this.isBusy) void this.send();
  }

  private async send(): Promise<void> {
    this.isBusy = true;
    while (this.isOwed) {
      this.isOwed = false;
      await this.lanes.run(NOTIFY, [wakeChannel(this.database.options.schema), '']).catch(() => undefined);
      await delay(GAP_MS, undefined, { ref: false });
    }
    this.isBusy = false;
  }
}
