import { on, type Projection } from '@loam/event-store';
import { SkillHeardOf } from '../skill.stream';

export const knownSkills: Projection = {
  name: 'known-skills',
  tables: ['known_skills'],
  handlers: [
    on(SkillHeardOf, async (tx, { tenant, data }) => {
      await tx.query('INSERT INTO known_skills (tenant_id, kind, slug) VALUES ($1, $2, $3)', [
        tenant,
        data.kind,
        data.slug,
      ]);
    }),
  ],
};
