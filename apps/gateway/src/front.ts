import type { FastifyRequest } from 'fastify';
import type { Database } from '@loam/database';
import type { Clock } from '@loam/kernel';
import type { Bus, EventWatch } from '@loam/messaging';
import type { Log, Metrics } from '@loam/service';
import { Authenticator, findTokenIn, type Principal } from './authenticator';
import { KnownSkills } from './known-skills';
import { Pseudonyms } from './pseudonyms';
import { QuickReads } from './read-cache/quick-reads';
import type { KeptAnswer } from './read-cache/kept-answer';
import { proveCurrent } from './read-cache/prove-current';
import { ReadCache } from './read-cache/read-cache';
import { EventQuota } from './event-quota';
import { EventReports } from './report-events/event-reports';
import { sendTo, UsageRecorder } from './usage-recorder';
import { ServedUses } from './served-uses';
import { claimedTenants } from './token.guard';

interface FrontParts {
  readonly database: Database;
  readonly bus: Bus;
  readonly log: Log;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'messages'>;
  readonly config: {
    readonly LOAM_DOMAIN?: string | undefined;
    readonly LOAM_PSEUDONYM_KEY: string;
    readonly LOAM_EVENTS_PER_SECOND: number;
  };
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
  /** Who asks, if that is known without asking anybody. */
  readonly recall: (headers: FastifyRequest['headers']) => Principal | undefined;
  readonly known: KnownSkills;
  readonly pseudonyms: Pseudonyms;
  readonly quota: EventQuota;
  readonly reports: EventReports;
  private readonly watch: EventWatch;
  private readonly endProof: () => void;

  constructor({ database, bus, log, clock, metrics, config }: FrontParts) {
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
    this.recall = (headers) =>
      this.authenticator.recall(headers.authorization, claimedTenants(headers, config.LOAM_DOMAIN));
    this.reads = new QuickReads({ cache: this.cache, recall: this.recall, uses: this.uses });
    this.known = new KnownSkills(bus);
    this.pseudonyms = new Pseudonyms(config.LOAM_PSEUDONYM_KEY);
    this.quota = new EventQuota(config.LOAM_EVENTS_PER_SECOND);
    const { recorder, known, pseudonyms, quota } = this;
    this.reports = new EventReports({ recorder, known, pseudonyms, quota, metrics });
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
