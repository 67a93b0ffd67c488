import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { publishSkill } from '@loam/contracts/http/registry';
import { reportUsage } from '@loam/contracts/http/telemetry';
import type { RouteDefinition } from '@loam/contracts/define';
import { problemOf, type Given, type Tenant } from './caller.fixtures';
import { bundleOf, skillMd } from './skills.fixtures';

const PATIENCE_MS = 3000;
const PAUSE_MS = 100;

const given = async (slug: string, version = '1.0.0'): Promise<Given> => ({
  body: { slug, version },
  bundle: await bundleOf({ 'SKILL.md': skillMd({ name: slug, description: `About ${slug}.` }) }),
});

/**
 * Clients that ask the same again and again until it is acknowledged, as the hook client and the CLI do: after no
 * answer, an answer that takes too long, and a 503. Any other refusal is an error.
 */
export class PersistentClients {
  /** What was acknowledged. */
  readonly published = new Set<string>();
  readonly used = new Set<string>();
  /** How often something had to be asked again. */
  retries = 0;
  /** How often nothing came back, or nothing in time. */
  unanswered = 0;
  private ending = false;
  private gaveUp = false;
  private readonly running: Promise<void>[] = [];

  constructor(readonly tenant: Tenant) {}

  /** So many clients publish one skill after the other, and so many report uses of what was published. */
  begin({ publishers, reporters }: { readonly publishers: number; readonly reporters: number }): void {
    const repeat = async (once: (round: number) => Promise<void>): Promise<void> => {
      for (let round = 0; !this.ending; round += 1) await once(round);
    };
    for (let index = 0; index < publishers; index += 1)
      this.running.push(repeat((round) => this.publish(`by-${index}-number-${round}`)));
    for (let index = 0; index < reporters; index += 1) this.running.push(repeat(() => this.use()));
  }

  /** Begins nothing more, and resolves when all that was begun has been acknowledged. */
  async end(): Promise<void> {
    this.ending = true;
    await Promise.all(this.running);
  }

  /** Gives up, for a test that has failed: nobody asks any more. */
  giveUp(): void {
    this.ending = true;
    this.gaveUp = true;
  }

  private async publish(slug: string): Promise<void> {
    await this.insist(publishSkill, await given(slug));
    if (!this.gaveUp) this.published.add(slug);
  }

  private async use(): Promise<void> {
    const slugs = [...this.published];
    const slug = slugs[Math.floor(Math.random() * slugs.length)];
    if (slug === undefined) return delay(PAUSE_MS);
    const id = randomUUID();
    await this.insist(reportUsage, { body: { skill_id: slug, event: 'download', version: '1.0.0', id } });
    if (!this.gaveUp) this.used.add(id);
  }

  private async insist(route: RouteDefinition, given: Given): Promise<void> {
    for (; !this.gaveUp; this.retries += 1) {
      const answer = await Promise.race([
        this.tenant.admin.send(route, given).catch(() => undefined),
        delay(PATIENCE_MS, undefined, { ref: false }),
      ]);
      if (answer?.status === route.status) {
        await answer.arrayBuffer().catch(() => undefined);
        return;
      }
      if (answer === undefined) this.unanswered += 1;
      else await refusedForNow(answer);
      await delay(PAUSE_MS);
    }
  }
}

/** An answer that says: try again. */
async function refusedForNow(answer: Response): Promise<void> {
  const problem = await problemOf(answer);
  if (problem.status !== 503) throw new Error(`refused: ${JSON.stringify(problem)}`);
}
