import { z } from 'zod';
import { factSchema } from '@loam/contracts/define';
import { SkillArchived, SkillPublished } from '@loam/contracts/registry';
import type { Item } from '@loam/contracts/skill';

/** The stream of one item of a tenant. */
export const skillStream = (tenant: string, { kind, slug }: Item): string =>
  `skill:${tenant}:${kind}:${slug}`;

export const skillEvents = z.union([factSchema(SkillPublished), factSchema(SkillArchived)]);
export type SkillEvent = z.output<typeof skillEvents>;

export interface VersionState {
  readonly fingerprint: string;
  readonly status: 'published' | 'archived';
}

/** The versions of an item, by version, in the order of their publication. */
export type SkillState = ReadonlyMap<string, VersionState>;

export const noSkill: SkillState = new Map();

export function evolveSkill(state: SkillState, event: SkillEvent): SkillState {
  const next = new Map(state);
  switch (event.type) {
    case SkillPublished.name:
      return next.set(event.data.version, { fingerprint: event.data.fingerprint, status: 'published' });
    case SkillArchived.name:
      for (const version of event.data.versions) {
        const known = next.get(version);
        if (known !== undefined) next.set(version, { ...known, status: 'archived' });
      }
      return next;
  }
}
