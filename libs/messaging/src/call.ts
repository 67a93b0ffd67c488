import type { EventContext } from '@loam/event-store';
import type { Caller } from './bus';
import type { Identity } from './identity';
import { Refused } from './refused';

interface CallOptions {
  readonly identity: Identity;
  readonly deadline: Date;
  readonly signal: AbortSignal;
  readonly correlationId: string;
  readonly causationId: string | null;
  readonly traceparent: string | null;
}

/** What surrounds a request: who asks, in which tenant, and until when the answer is of use. */
export class Call {
  readonly identity: Identity;
  /** After this the caller has gone. */
  readonly deadline: Date;
  /** Aborted at the deadline. */
  readonly signal: AbortSignal;

  constructor(private readonly options: CallOptions) {
    this.identity = options.identity;
    this.deadline = options.deadline;
    this.signal = options.signal;
  }

  /**
   * The caller's tenant. Handlers of requests that belong to no tenant do not ask for it.
   * @throws Refused `unauthenticated` when the caller has none
   */
  get tenant(): string {
    if (this.identity.tenant === null)
      throw new Refused({ code: 'unauthenticated', detail: 'This needs a token of a tenant.' });
    return this.identity.tenant;
  }

  /**
   * The context for what the request appends to the log.
   * @throws Refused `unauthenticated` when the caller has no tenant
   */
  get context(): EventContext {
    const { correlationId, causationId, traceparent } = this.options;
    return { tenant: this.tenant, actor: this.identity.actor, correlationId, causationId, traceparent };
  }

  /** For asking another service on behalf of the same caller. */
  get caller(): Caller {
    const { tenant, actor, scopes } = this.identity;
    const { correlationId, causationId } = this.options;
    return { identity: { tenant, actor, scopes }, correlationId, causationId };
  }
}
