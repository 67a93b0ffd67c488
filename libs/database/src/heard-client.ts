import { Client } from 'pg';

/**
 * A pool listens to a connection that is idle, and TypeORM to one that is in use. Between the two nobody does, and a
 * server that says at that very moment that it goes down would end the process. Whoever uses the connection is told
 * by the failure of what it asks.
 */
export class HeardClient extends Client {
  constructor(options?: ConstructorParameters<typeof Client>[0]) {
    super(options);
    this.on('error', () => undefined);
  }
}
