import { z } from 'zod';
import { defineRoute } from '../define';
import { slugSchema, versionSchema } from '../skill';
import { clamped } from './telemetry';

export const decayCandidates = defineRoute('decayCandidates', 'GET /v1/tenant/skills/decay', {
  tag: 'Decay',
  summary: 'Live skills that are hardly used, longest unused first',
  scope: 'tenant:admin',
  query: z.object({
    days: clamped(180, 1, 1825),
    max_uses: clamped(3, 0, 100),
    limit: clamped(200, 1, 1000),
  }),
  response: z.array(
    z
      .object({
        slug: slugSchema,
        version: versionSchema,
        description: z.string(),
        use_count: z.int(),
        last_used_at: z.iso.datetime().nullable(),
        created_at: z.iso.datetime(),
      })
      .meta({ id: 'DecayCandidate' }),
  ),
});
