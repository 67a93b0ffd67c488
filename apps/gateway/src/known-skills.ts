import type { Kind } from '@loam/contracts/skill';
import { slugSchema, versionSchema } from '@loam/contracts/skill';
import { GetSkill, WhichExist } from '@loam/contracts/registry';
import { KnowsSkill } from '@loam/contracts/telemetry';
import { uuidv7 } from '@loam/kernel';
import { valueOf, type Bus } from '@loam/messaging';
import type { Edge } from './edge';

const MOST_REMEMBERED = 50_000;

/** A skill as reporters name it: by its slug, or as `plugin:skill`. */
export interface NamedSkill {
  readonly kind: Kind;
  readonly name: string;
  readonly version: string | null;
}

/** Why a skill that was named is not known. */
export type Unknown = 'skill-not-found' | 'version-not-found';

/** The slugs that a name may mean: an imported skill of a plugin is `<plugin>-<skill>` where its own name was taken. */
function slugsOf(name: string): string[] {
  const [plugin = '', skill] = name.split(':');
  const slugs = skill === undefined ? [name] : [`${plugin}-${skill}`, skill];
  return slugs.filter((slug) => slugSchema.safeParse(slug).success);
}

/** Whether a reported skill exists. What was ever published is remembered, since that does not change. */
export class KnownSkills {
  private readonly slugs = new Map<string, string>();

  constructor(private readonly bus: Bus) {}

  /** @throws Refused `skill-not-found` or `version-not-found` when registry has never heard of it either */
  async demand(item: { kind: Kind; slug: string; version: string | null }, edge: Edge): Promise<void> {
    const { kind, slug, version } = item;
    const { tenantId } = edge.principal;
    if (this.slugOf(tenantId, { kind, name: slug, version }) !== undefined) return;
    // Where telemetry is away the use cannot be recorded either, and registry is not asked.
    const heardOf =
      version === null && valueOf(await this.bus.request(KnowsSkill, { kind, slug }, edge.caller)).known;
    if (!heardOf) valueOf(await this.bus.request(GetSkill, { kind, slug, version }, edge.caller));
    this.remember(tenantId, { kind, name: slug, version }, slug);
  }

  /** The slug of a skill, if it and its version are known to exist; asks nobody. */
  slugOf(tenant: string, named: NamedSkill): string | undefined {
    return this.slugs.get(keyOf(tenant, named));
  }

  /**
   * Asks registry for all of these in one question and remembers those that exist.
   * @returns why not, of each that does not
   * @throws Refused while registry is away
   */
  async learn(tenant: string, skills: readonly NamedSkill[]): Promise<ReadonlyMap<NamedSkill, Unknown>> {
    const distinct = new Map(skills.map((named) => [keyOf(tenant, named), named]));
    const asked = [...distinct.values()].flatMap((named) =>
      isVersion(named.version) ? slugsOf(named.name).map((slug) => ({ named, slug })) : [],
    );
    const items = asked.map(({ named: { kind, version }, slug }) => ({ kind, slug, version }));
    const identity = { tenant, actor: { type: 'service', id: 'gateway' }, scopes: ['skills:read'] } as const;
    const { found } =
      items.length === 0
        ? { found: [] }
        : valueOf(await this.bus.request(WhichExist, { items }, { identity, correlationId: uuidv7() }));
    const reasons = new Map<string, Unknown>();
    for (const [index, { named, slug }] of asked.entries()) {
      const key = keyOf(tenant, named);
      if (found[index] === 'version-not-found') reasons.set(key, 'version-not-found');
      if (found[index] === 'found' && !this.slugs.has(key)) this.remember(tenant, named, slug);
    }
    return new Map(
      skills.flatMap((named) => {
        const key = keyOf(tenant, named);
        return this.slugs.has(key) ? [] : [[named, reasons.get(key) ?? 'skill-not-found'] as const];
      }),
    );
  }

  private remember(tenant: string, named: NamedSkill, slug: string): void {
    if (this.slugs.size >= MOST_REMEMBERED) this.slugs.clear();
    this.slugs.set(keyOf(tenant, named), slug);
  }
}

const keyOf = (tenant: string, { kind, name, version }: NamedSkill): string =>
  `${tenant}/${kind}/${name}/${version ?? ''}`;

const isVersion = (version: string | null): boolean =>
  version === null || versionSchema.safeParse(version).success;
