import { uuidv7 } from '@loam/kernel';
import { requestBytes } from './http-link';
import { expectAnswer, type Exchange } from './http-worker';
import { random, slugOf } from './seeded-items';

/** Which skills are told of: some often and most seldom, each as often as the others, or one alone. */
export type Spread = 'zipf' | 'even' | 'one';

/** How many of a hundred events were sent before. */
const REPEATED = 5;
const REMEMBERED = 1000;

interface Told {
  readonly path: string;
  readonly token: string;
  readonly skills: number;
  readonly spread: Spread;
  /** Events of one request; one alone is sent by itself. */
  readonly events: number;
}

/** Makes requests that tell of uses, each of a new one or, now and then, of one that was acknowledged. */
export class ToldEvents {
  /** How many different events were acknowledged. */
  acknowledged = 0;
  private readonly known: string[] = [];
  private readonly chance = random(7);

  constructor(private readonly told: Told) {}

  /** Tells of each skill once, so that all are known from then on. */
  first(): Exchange {
    const bodies = Array.from({ length: this.told.skills }, (_, number) => this.event(slugOf(number)));
    return this.exchange(bodies, bodies);
  }

  next(): Exchange {
    const { events } = this.told;
    const fresh: string[] = [];
    const bodies = Array.from({ length: events }, () => {
      const again = this.chance() * 100 < REPEATED ? this.known[this.pick(this.known.length)] : undefined;
      if (again !== undefined) return again;
      const body = this.event(this.skill());
      fresh.push(body);
      return body;
    });
    return this.exchange(bodies, fresh);
  }

  private exchange(bodies: readonly string[], fresh: readonly string[]): Exchange {
    const { path, token } = this.told;
    const count = bodies.length;
    const body = count === 1 ? (bodies[0] ?? '') : `[${bodies.join(',')}]`;
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    return {
      request: requestBytes('POST', path, headers, Buffer.from(body)),
      expect: (answer) => {
        if (answer.status !== 201) expectAnswer(answer, count === 1 ? 202 : 200);
        const recorded = answer.body.toString().split('"recorded"').length - 1;
        if (recorded !== count) throw new Error(`${recorded} of ${count} events were recorded`);
        this.acknowledge(fresh);
      },
    };
  }

  private acknowledge(fresh: readonly string[]): void {
    this.acknowledged += fresh.length;
    for (const body of fresh)
      if (this.known.length < REMEMBERED) this.known.push(body);
      else this.known[this.pick(REMEMBERED)] = body;
  }

  private pick(count: number): number {
    return Math.floor(this.chance() * count);
  }

  private skill(): string {
    const { skills, spread } = this.told;
    if (spread === 'one') return slugOf(0);
    return slugOf(spread === 'even' ? this.pick(skills) : Math.floor(skills ** this.chance()) - 1);
  }

  private event(skill: string): string {
    const type = this.chance() < 0.5 ? 'loam.usage.view' : 'loam.usage.download';
    return JSON.stringify({
      ...{ specversion: '1.0', id: uuidv7(), source: 'bench', type, time: new Date().toISOString() },
      data: { skill, version: '1.0.0' },
    });
  }
}
