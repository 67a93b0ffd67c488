import { on, type Projection } from '@loam/event-store';
import { DecayNoted } from './decay-note.stream';

/** What decay says of items. */
export const decayNotes: Projection = {
  name: 'decay-notes',
  tables: ['decay_notes'],
  handlers: [
    on(DecayNoted, async (tx, { tenant, revision, data: { kind, slug, rules, since, asOf } }) => {
      await tx.query(
        `INSERT INTO decay_notes (tenant_id, kind, slug, rules, since, as_of, revision) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (tenant_id, kind, slug) DO UPDATE SET rules = $4, since = $5, as_of = $6, revision = $7`,
        [tenant, kind, slug, rules, since, asOf, revision],
      );
    }),
  ],
};
