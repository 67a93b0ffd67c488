import type { Kind } from '@loam/contracts/skill';
import { GetSkill } from '@loam/contracts/registry';
import { KnowsSkill } from '@loam/contracts/telemetry';
import { valueOf, type Bus } from '@loam/messaging';
import type { Edge } from '../edge';

const REMEMBER_MS = 60_000;
const MOST_REMEMBERED = 50_000;

/** Whether a reported skill exists. What exists is remembered for a while; nothing that was published goes away. */
export class KnownSkills {
  private readonly until = new Map<string, number>();

  constructor(private readonly bus: Bus) {}

  /** @throws Refused `skill-not-found` or `version-not-found` when registry has never heard of it either */
  async demand(item: { kind: Kind; slug: string; version: string | null }, edge: Edge): Promise<void> {
    const { kind, slug, version } = item;
    const key = [edge.principal.tenantId, kind, slug, version].join('/');
    if ((this.until.get(key) ?? 0) > Date.now()) return;
    // Where telemetry is away the use cannot be recorded either, and registry is not asked.
    const heardOf =
      version === null && valueOf(await this.bus.request(KnowsSkill, { kind, slug }, edge.caller)).known;
    if (!heardOf) valueOf(await this.bus.request(GetSkill, { kind, slug, version }, edge.caller));
    if (this.until.size >= MOST_REMEMBERED) this.until.clear();
    this.until.set(key, Date.now() + REMEMBER_MS);
  }
}
