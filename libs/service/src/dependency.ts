import { patiently } from './patiently';
import { reasonOf } from './reason';

/** Something that a service needs from outside, and whether it can do its work without. */
export interface Dependency {
  readonly name: string;
  /** Without a required one the service is not ready; without another it is degraded. */
  readonly required: boolean;
  /** Rejects when it cannot be reached. */
  ping(): Promise<unknown>;
}

/** How a dependency answered, and in how many milliseconds. */
export interface DependencyReport {
  readonly status: 'up' | 'down';
  readonly latencyMs: number;
  readonly error?: string;
}

const LIMIT_MS = 1000;

/** Asks a dependency how it is, for at most a second. */
export class DependencyCheck {
  private readonly ask: () => Promise<unknown>;

  constructor(readonly dependency: Dependency) {
    this.ask = patiently(() => dependency.ping(), LIMIT_MS);
  }

  async report(): Promise<DependencyReport> {
    const started = performance.now();
    const error = await this.ask().then(() => undefined, reasonOf);
    const latencyMs = Math.round(performance.now() - started);
    return error === undefined ? { status: 'up', latencyMs } : { status: 'down', latencyMs, error };
  }
}
