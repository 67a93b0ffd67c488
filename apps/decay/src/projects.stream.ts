import { z } from 'zod';
import { defineEvent } from '@loam/contracts/define';
import { itemSchema, slugSchema } from '@loam/contracts/skill';

export const ProjectObserved = defineEvent(
  'decay.project-observed',
  1,
  z.object({
    project: slugSchema,
    items: z.array(itemSchema),
    /** The revision of the project's stream in the registry. */
    asOf: z.int(),
  }),
  { summary: 'A project lists these items by now; none where it is gone.' },
);

export const projectStream = (tenant: string, project: string): string => `project:${tenant}:${project}`;
