import { GetUsageNews } from '@loam/contracts/usage';
import { Refused, valueOf, type Bus, type EventWatch } from '@loam/messaging';
import type { Authenticator } from '../authenticator';
import type { Edge } from '../edge';
import { LiveStream, type LiveTiming } from './live-stream';

interface LiveUsageParts {
  readonly bus: Pick<Bus, 'request' | 'watch'>;
  readonly authenticator: Pick<Authenticator, 'authenticate'>;
  /** How many may listen at once to one tenant. */
  readonly most: number;
  readonly timing?: LiveTiming;
}

// A look-up of a token is remembered for 0.8 s, so that with this tick a revocation ends it within a second.
const TIMING: LiveTiming = { tickMs: 200, heartbeatMs: 15_000, slowMs: 20_000 };
const PAGE = 200;
const RETRY_SECONDS = 5;

/** Who listens to what is told of use. Events of telemetry say when to ask; what was told is read from its log. */
export class LiveUsage {
  private readonly streams = new Map<string, Set<LiveStream>>();
  /** From the first listener on. */
  private watch: EventWatch | undefined;
  private isEnding = false;

  constructor(private readonly parts: LiveUsageParts) {}

  /**
   * Begins to tell.
   * @param authorization the header by which it is checked again and again that the caller may hear it
   * @throws Refused `rate-limited` where too many listen, `unavailable` while the gateway ends
   */
  open(edge: Edge, authorization: string | undefined, after: string | null): LiveStream {
    const { bus, authenticator, most, timing = TIMING } = this.parts;
    const { tenantId } = edge.principal;
    const { caller } = edge;
    const others = this.streams.get(tenantId) ?? new Set();
    this.demandRoom(others.size < most);
    this.watch ??= this.follow();
    const stream = new LiveStream({
      ...{ after, timing },
      ask: async (place) => valueOf(await bus.request(GetUsageNews, { after: place, limit: PAGE }, caller)),
      mayHear: () =>
        authenticator.authenticate(authorization, []).then(
          (principal) => principal.tenantId === tenantId,
          (error: unknown) => {
            if (error instanceof Refused && error.failure.code === 'unauthenticated') return false;
            throw error;
          },
        ),
    });
    this.streams.set(tenantId, others.add(stream));
    stream.body.once('close', () => {
      others.delete(stream);
      if (others.size === 0) this.streams.delete(tenantId);
    });
    return stream;
  }

  /** Nest calls this when the application ends, before it waits for the connections. */
  async onModuleDestroy(): Promise<void> {
    this.isEnding = true;
    this.each((stream) => {
      stream.end();
    });
    await this.watch?.stop();
  }

  private demandRoom(isRoom: boolean): void {
    if (this.isEnding)
      throw new Refused({ code: 'unavailable', detail: 'The gateway ends.', retryAfterSeconds: 1 });
    if (!isRoom)
      throw new Refused({
        ...{ code: 'rate-limited', retryAfterSeconds: RETRY_SECONDS },
        detail: `At most ${String(this.parts.most)} may listen at once.`,
      });
  }

  private follow(): EventWatch {
    return this.parts.bus.watch('telemetry', {
      onEvent: ({ tenant }) => {
        for (const stream of this.streams.get(tenant) ?? []) stream.wake();
      },
      onGap: () => {
        this.each((stream) => {
          stream.wake();
        });
      },
    });
  }

  private each(tell: (stream: LiveStream) => void): void {
    for (const streams of this.streams.values()) for (const stream of [...streams]) tell(stream);
  }
}
