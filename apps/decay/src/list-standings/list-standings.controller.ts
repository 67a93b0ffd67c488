import { Controller, Inject } from '@nestjs/common';
import { ListStandings } from '@loam/contracts/decay';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { Database } from '@loam/database';
import { reject, type Clock, type Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { scoreKey } from '../count-uses';
import { CLOCK } from '../decay.parts';
import { cursorOf, partsOf } from '../page-cursor';
import { STANDING, standingOf, type StandingRow } from '../standings.queries';

const STATES = {
  decided: "AND v.state IN ('candidate', 'notified')",
  all: '',
  live: "AND v.state = 'live'",
  candidate: "AND v.state = 'candidate'",
  notified: "AND v.state = 'notified'",
  archived: "AND v.state = 'archived'",
} as const;

// In the order of an index: the order of the keys is that of the scores at any time.
const PAGE = (state: keyof typeof STATES): string => `
  SELECT ${STANDING} FROM vitals v
  WHERE v.tenant_id = current_setting('loam.tenant')::uuid AND v.first_published_at IS NOT NULL ${STATES[state]}
    AND ($1::text IS NULL OR v.kind = $1) AND ($2::text IS NULL OR v.rules @> ARRAY[$2]) AND ($3::text IS NULL OR v.tags @> ARRAY[$3])
    AND v.score_key < $4::float8 AND (v.score_key, v.kind, v.slug) > ($5::float8, $6, $7)
  ORDER BY v.score_key, v.kind, v.slug LIMIT $8`;

const isNumber = (text: string): boolean => text === '-Infinity' || Number.isFinite(Number(text));

@Controller()
export class ListStandingsController {
  constructor(
    private readonly database: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @OnRequest(ListStandings)
  async list(
    { kind, state, rule, tag, below, limit, cursor }: Input<typeof ListStandings>,
    call: Call,
  ): Promise<Output<typeof ListStandings> | Rejection<ProblemOf<typeof ListStandings>>> {
    const after = partsOf(cursor, 3);
    if (after !== null && 'rejected' in after) return after;
    const [key = '-Infinity', ...place] = after ?? ['-Infinity', '', ''];
    if (!isNumber(key)) return reject('cursor-invalid', 'Begin again without a cursor.');
    const now = this.clock();
    const line = below === null ? 'Infinity' : scoreKey(below, now);
    const rows = await this.database.tenant(call.tenant, (tx) =>
      tx.query<StandingRow[]>(PAGE(state), [kind, rule, tag, line, key, ...place, limit]),
    );
    const last = rows.length === limit ? rows.at(-1) : undefined;
    return {
      items: rows.map((row) => standingOf(row, now)),
      next: last === undefined ? null : cursorOf(String(last.score_key), last.kind, last.slug),
    };
  }
}
