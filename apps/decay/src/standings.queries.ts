import type { Output } from '@loam/contracts/define';
import type { DecayState, ListStandings } from '@loam/contracts/decay';
import type { DecayRule } from '@loam/contracts/decay-policy';
import type { Item, Kind } from '@loam/contracts/skill';
import type { Tx } from '@loam/database';
import { scoreAt } from './count-uses';
import { distinctProjects, SKETCHED, type Sketched } from './distinct-projects';
import { readPolicy } from './policies.queries';
import { rulebookOf, type Rulebook } from './verdict.rules';

type Standing = Output<typeof ListStandings>['items'][number];

export const STANDING = `v.kind, v.slug, v.latest_version, v.description, v.state, v.state_since, v.rules, v.owner, v.tags, v.use_count,
  NULLIF(v.last_used_at, '-infinity') AS last_used_at, v.score_key, v.pinned, v.snoozed_until, v.archive_after, ${SKETCHED('v.used_in')}`;

export interface StandingRow extends Sketched {
  readonly kind: Kind;
  readonly slug: string;
  readonly latest_version: string | null;
  readonly description: string | null;
  readonly state: DecayState;
  readonly state_since: Date | null;
  readonly rules: DecayRule[];
  readonly owner: string | null;
  readonly tags: string[];
  readonly use_count: string;
  readonly last_used_at: Date | null;
  readonly score_key: number;
  readonly pinned: boolean;
  readonly snoozed_until: Date | null;
  readonly archive_after: Date | null;
}

/** @param book of the policy in force, which may name the owner */
export const standingOf = (row: StandingRow, now: Date, book: Rulebook): Standing => ({
  ...{ kind: row.kind, slug: row.slug, version: row.latest_version, description: row.description ?? '' },
  ...{ state: row.state, since: row.state_since?.toISOString() ?? null, rules: row.rules },
  owner: book(row.kind, row.tags).archive?.owner ?? row.owner,
  ...{ uses: Number(row.use_count), lastUsedAt: row.last_used_at?.toISOString() ?? null },
  ...{ distinctProjects: distinctProjects(row), score: scoreAt(row.score_key, now), pinned: row.pinned },
  snoozedUntil: row.snoozed_until?.toISOString() ?? null,
  archiveAfter: row.archive_after?.toISOString() ?? null,
});

export async function findStanding(tx: Tx, { kind, slug }: Item, now: Date): Promise<Standing | undefined> {
  const rows = await tx.query<StandingRow[]>(
    `SELECT ${STANDING} FROM vitals v
     WHERE v.tenant_id = current_setting('loam.tenant')::uuid AND v.kind = $1 AND v.slug = $2
       AND v.first_published_at IS NOT NULL`,
    [kind, slug],
  );
  const book = rulebookOf((await readPolicy(tx)).policy);
  return rows.map((row) => standingOf(row, now, book))[0];
}
