import { onRun, type Projection } from '@loam/event-store';
import { SkillHeardOf } from '../skill.stream';

export const knownSkills: Projection = {
  name: 'known-skills',
  tables: ['known_skills'],
  handlers: [
    onRun(SkillHeardOf, async (tx, tenant, events) => {
      await tx.query(
        'INSERT INTO known_skills (tenant_id, kind, slug) SELECT $1, * FROM unnest($2::text[], $3::text[])',
        [tenant, events.map(({ data }) => data.kind), events.map(({ data }) => data.slug)],
      );
    }),
  ],
};
