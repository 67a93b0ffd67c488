import type { DetectedUse } from '@loam/capture';
import type { Signal } from '@loam/contracts/telemetry';
import { valueOf } from '@loam/messaging';
import { activationKeys, triggerOf } from '../activation-keys';
import type { Edge } from '../edge';
import type { Pseudonyms } from '../pseudonyms';
import type { KnownSkills, NamedSkill } from '../known-skills';
import type { UsageRecorder } from '../usage-recorder';

/** A typed command may be either; a skill of that name comes first. */
const KINDS = ['skill', 'command'] as const;

const namesOf = ({ name }: DetectedUse): NamedSkill[] => KINDS.map((kind) => ({ kind, name, version: null }));

/** Records what clients' own hooks and logs tell of the use of skills. */
export class DetectedUses {
  constructor(
    private readonly recorder: UsageRecorder,
    private readonly known: KnownSkills,
    private readonly pseudonyms: Pseudonyms,
  ) {}

  /**
   * Records the uses of skills that exist; a use of anything else, such as a command that the client brings along, is
   * none of ours. Resolves when they are durable.
   * @returns how many were of skills of this registry, and how many of those could not be taken
   * @throws Refused while telemetry or registry is away
   */
  async record(uses: readonly DetectedUse[], edge: Edge): Promise<{ ours: number; refused: number }> {
    const { tenantId: tenant } = edge.principal;
    const unheard = uses.flatMap(namesOf).filter((named) => this.known.slugOf(tenant, named) === undefined);
    if (unheard.length > 0) await this.known.learn(tenant, unheard);
    const signals = uses.flatMap((use) => this.signalOf(use, edge) ?? []);
    if (signals.length === 0) return { ours: 0, refused: 0 };
    const results = valueOf(await this.recorder.recordAll(tenant, signals));
    return {
      ours: signals.length,
      refused: results.filter((result) => result === 'conflict' || result === 'foreign').length,
    };
  }

  private signalOf(use: DetectedUse, edge: Edge): Signal | undefined {
    const { tenantId: tenant, tokenId: actor } = edge.principal;
    const named = namesOf(use).find((each) => this.known.slugOf(tenant, each) !== undefined);
    const slug = named && this.known.slugOf(tenant, named);
    if (named === undefined || slug === undefined) return undefined;
    const session = use.session && this.pseudonyms.of(tenant, 'session', use.session);
    return {
      ...{ id: use.id, tenant, actor, source: use.source, kind: named.kind, slug, version: null },
      type: use.what === 'cost' ? 'spent' : 'activation',
      at: use.at ?? new Date().toISOString(),
      ...(session === undefined ? {} : { session }),
      ...(use.project === undefined ? {} : { project: this.pseudonyms.of(tenant, 'project', use.project) }),
      ...(use.trigger === undefined ? {} : { trigger: triggerOf(use.trigger) }),
      ...(use.cost === undefined ? {} : { cost: use.cost }),
      ...(use.what === 'cost'
        ? {}
        : activationKeys({ ...use, tenant, session, kind: named.kind, slug }, this.pseudonyms)),
    };
  }
}
