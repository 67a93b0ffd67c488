import type { Screen } from './world';

const BAR = 30;
const REDRAW_MS = 100;
const LINE_MS = 3000;

/** How far a long piece of work is: a bar on a terminal, elsewhere a line every few seconds. */
export class Progress {
  private readonly started = performance.now();
  private last = Number.NEGATIVE_INFINITY;
  private drawn = false;

  constructor(
    private readonly screen: Screen,
    private readonly label: string,
  ) {
    if (screen.isTTY !== true) this.last = this.started;
  }

  /** Tells how far it is, at most every so often. */
  show(done: number, total: number): void {
    const now = performance.now();
    const pause = this.screen.isTTY === true ? REDRAW_MS : LINE_MS;
    if (now - this.last < pause) return;
    this.last = now;
    const rate = Math.round((done / Math.max(now - this.started, 1)) * 1000);
    const figures = `${this.label} ${String(done)}/${String(total)}, ${String(rate)}/s`;
    if (this.screen.isTTY !== true) this.screen.write(`${figures}\n`);
    else this.draw(figures, total === 0 ? 0 : done / total);
  }

  /** Clears the bar away. */
  end(): void {
    if (this.drawn) this.screen.write('\r\u001b[K');
    this.drawn = false;
  }

  private draw(figures: string, share: number): void {
    const full = Math.min(Math.round(share * BAR), BAR);
    this.screen.write(`\r[${'#'.repeat(full)}${' '.repeat(BAR - full)}] ${figures}\u001b[K`);
    this.drawn = true;
  }
}
