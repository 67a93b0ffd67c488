import { z } from 'zod';
import { decayRuleSchema } from '@loam/contracts/decay-policy';
import { defineEvent } from '@loam/contracts/define';
import { itemSchema, type Item } from '@loam/contracts/skill';

export const DecayNoted = defineEvent(
  'registry.decay-noted',
  1,
  itemSchema.extend({
    /** Why the item is a decay candidate; none where it is none. */
    rules: z.array(decayRuleSchema),
    since: z.iso.datetime(),
    /** The revision of the item's stream in decay, by which later news is told from earlier. */
    asOf: z.int(),
  }),
  { summary: 'Decay says that an item is a candidate, or is none any more.' },
);

export const decayNoteStream = (tenant: string, { kind, slug }: Item): string =>
  `decay-note:${tenant}:${kind}:${slug}`;
