import type { FastifyRequest } from 'fastify';
import type { Database } from '@loam/database';
import type { Clock } from '@loam/kernel';
import type { Bus, EventWatch } from '@loam/messaging';
import type { Log } from '@loam/service';
import { Authenticator, findTokenIn } from './authenticator';
import { QuickReads } from './read-cache/quick-reads';
import type { KeptAnswer } from './read-cache/kept-answer';
import { proveCurrent } from './read-cache/prove-current';
import { ReadCache } from './read-cache/read-cache';
import { sendTo, UsageRecorder } from './usage-recorder';
import { ServedUses } from './served-uses';
import { claimedTenants } from './token.guard';

interface FrontParts {
  readonly database: Database;
  readonly bus: Bus;
  readonly log: Log;
  readonly clock: Clock;
  readonly config: { readonly LOAM_DOMAIN?: string | undefined };
}

const CACHED_BYTES = 64 * 1024 * 1024;
/** How long an answer may be given again at most, should nothing be heard of what happened. */
const KEEP_MS = 5000;

/** What the door itself knows: who comes, what was answered before, and whom to tell of it. */
export class Front {
  readonly authenticator: Authenticator;
  readonly recorder: UsageRecorder;
  readonly uses: ServedUses;
  readonly cache: ReadCache<KeptAnswer>;
  readonly reads: QuickReads;
  private readonly watch: EventWatch;
  private readonly endProof: () => void;

  constructor({ database, bus, log, clock, config }: FrontParts) {
    this.authenticator = new Authenticator(findTokenIn(database), clock);
    this.recorder = new UsageRecorder(sendTo(bus), log);
    this.uses = new ServedUses(this.recorder);
    this.cache = new ReadCache({
      ...{ most: CACHED_BYTES, keepMs: KEEP_MS, now: () => Date.now() },
      isCurrent: () => this.watch.current,
    });
    this.watch = bus.watch('registry', {
      onEvent: ({ tenant }) => {
        this.cache.forget(tenant);
      },
      onGap: () => {
        this.cache.forgetAll();
      },
    });
    this.endProof = proveCurrent({ bus, watch: this.watch, cache: this.cache });
    const recall = (headers: FastifyRequest['headers']) =>
      this.authenticator.recall(headers.authorization, claimedTenants(headers, config.LOAM_DOMAIN));
    this.reads = new QuickReads({ cache: this.cache, recall, uses: this.uses });
  }

  /** Nest calls this when the application ends. */
  async onModuleDestroy(): Promise<void> {
    this.endProof();
    await this.watch.stop();
  }
}

const fronts = new WeakMap<Bus, Front>();

/** The front of these parts: one, shared by the door and the slices behind it. */
export function frontOf(parts: FrontParts): Front {
  const front = fronts.get(parts.bus) ?? new Front(parts);
  fronts.set(parts.bus, front);
  return front;
}
