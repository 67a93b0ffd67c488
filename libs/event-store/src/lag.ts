import { z } from 'zod';
import type { Database } from '@loam/database';

const lagSchema = z.object({ events: z.coerce.number(), seconds: z.coerce.number() });

/** How far a follower of the log is behind. */
export type Lag = z.output<typeof lagSchema>;

/** More than these are not counted, so that asking stays cheap when it matters most. */
const MOST = 10_000;

/** How many committed events a follower has not handled yet, up to 10,000, and the age of the oldest in seconds. */
export async function followerLag(database: Database, name: string): Promise<Lag> {
  const [row] = await database.system((tx) =>
    tx.query<unknown[]>(
      `SELECT count(*) AS events,
         greatest(coalesce(extract(epoch FROM now() - min(occurred_at)), 0), 0) AS seconds
       FROM (SELECT occurred_at FROM events
         WHERE (transaction_id, position) >
           (coalesce((SELECT transaction_id FROM checkpoints WHERE name = $1), '0'::xid8),
            coalesce((SELECT position FROM checkpoints WHERE name = $1), 0))
         ORDER BY transaction_id, position LIMIT ${MOST}) AS waiting`,
      [name],
    ),
  );
  return lagSchema.parse(row);
}
