import { Readable } from 'node:stream';
import type { Output } from '@loam/contracts/define';
import type { GetUsageNews } from '@loam/contracts/usage';

type News = Output<typeof GetUsageNews>;

interface LiveStreamOptions {
  /** @throws when it cannot be told at the moment */
  readonly ask: (after: string | null) => Promise<News>;
  /** Whether whoever listens may still hear it. @throws when that cannot be told at the moment */
  readonly mayHear: () => Promise<boolean>;
  /** The place that the client was at, or null to begin with the present. */
  readonly after: string | null;
  readonly timing: LiveTiming;
}

/** In ms. */
export interface LiveTiming {
  /** How often it is checked whether the client may and does still listen. */
  readonly tickMs: number;
  /** After so much silence a comment is sent, so that nobody in between takes the connection for dead. */
  readonly heartbeatMs: number;
  /** A client that has left what it was sent for so long is gone. */
  readonly slowMs: number;
}

const HEARTBEAT = ':\n\n';

/** An event as the browsers' EventSource reads it. JSON has no line breaks of its own. */
const eventOf = (id: string, name: string, data: unknown): string =>
  `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

/**
 * What one client hears. It asks for more only when all of what it has was taken, so that a client holds no more than
 * one answer in memory however slow it is.
 */
export class LiveStream {
  readonly body = new Readable({ read: () => undefined });
  private place: string | null;
  private isDue = true;
  private pumping = false;
  private isOver = false;
  private lastSent = Date.now();
  private lastEmpty = Date.now();
  private readonly clock: NodeJS.Timeout;

  constructor(private readonly options: LiveStreamOptions) {
    this.place = options.after;
    this.clock = setInterval(() => void this.tick(), options.timing.tickMs);
    this.body.once('close', () => {
      this.isOver = true;
      clearInterval(this.clock);
    });
    void this.pump();
  }

  /** Something may have happened. */
  wake(): void {
    this.isDue = true;
    void this.pump();
  }

  /** The last of it, unless the client does not read; it comes back with the place where it was. */
  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    clearInterval(this.clock);
    if (this.isEmpty) this.body.push(null);
    else this.body.destroy();
  }

  private get isEmpty(): boolean {
    return this.body.readableLength === 0;
  }

  private async tick(): Promise<void> {
    const { heartbeatMs, slowMs } = this.options.timing;
    const now = Date.now();
    if (this.isEmpty) this.lastEmpty = now;
    if (now - this.lastEmpty >= slowMs) {
      this.body.destroy();
      return;
    }
    if (!(await this.mayGoOn())) return;
    if (now - this.lastSent >= heartbeatMs) this.send(HEARTBEAT);
    await this.pump();
  }

  /** Ends for whoever may not listen any more. What cannot be told is not sent either. */
  private async mayGoOn(): Promise<boolean> {
    const may = await this.options.mayHear().catch(() => undefined);
    if (may === false) this.end();
    return may === true;
  }

  private async pump(): Promise<void> {
    if (this.pumping) return;
    this.pumping = true;
    try {
      while (this.isDue && this.isEmpty && !this.isOver && (await this.mayGoOn())) {
        this.isDue = false;
        this.isDue = await this.sendNews();
      }
    } catch {
      // The next tick tries again.
      this.isDue = true;
    } finally {
      this.pumping = false;
    }
  }

  /** @returns whether there is more */
  private async sendNews(): Promise<boolean> {
    const { news, next, more } = await this.options.ask(this.place);
    if (this.place === null) this.send(eventOf(next, 'ready', {}));
    this.place = next;
    for (const { position, type, at, data } of news) this.send(eventOf(position, type, { ...data, at }));
    return more || this.isDue;
  }

  private send(text: string): void {
    if (this.isOver) return;
    this.lastSent = Date.now();
    this.body.push(text);
  }
}
