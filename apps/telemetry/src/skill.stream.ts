import { defineEvent } from '@loam/contracts/define';
import { itemSchema, type Item } from '@loam/contracts/skill';

export const SkillHeardOf = defineEvent('telemetry.skill-heard-of', 1, itemSchema, {
  summary: 'The registry has published the item for the first time that we know of.',
});

/** The stream of what telemetry knows of an item besides its use. */
export const skillStream = (tenant: string, { kind, slug }: Item): string =>
  `skill:${tenant}:${kind}:${slug}`;

/** The stream of what is told of the use of an item. */
export const usageStream = (tenant: string, { kind, slug }: Item): string =>
  `usage:${tenant}:${kind}:${slug}`;
