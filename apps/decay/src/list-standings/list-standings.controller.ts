import { Controller, Inject } from '@nestjs/common';
import { ListStandings } from '@loam/contracts/decay';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { kindSchema, slugSchema } from '@loam/contracts/skill';
import { Database } from '@loam/database';
import { type Clock, type Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { z } from 'zod';
import { scoreKey } from '../count-uses';
import { CLOCK } from '../decay.parts';
import { cursorOf, partsOf } from '../page-cursor';
import { readPolicy } from '../policies.queries';
import { STANDING, standingOf, type StandingRow } from '../standings.queries';
import { rulebookOf } from '../verdict.rules';

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

// As it is written in a cursor, and in no other way.
const keySchema = z
  .string()
  .refine((text) => text === String(Number(text)) && !/^(NaN|Infinity)$/.test(text));
const placeSchema = z.tuple([keySchema, kindSchema, slugSchema]);

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
    const after = partsOf(cursor, placeSchema);
    if (after !== null && 'rejected' in after) return after;
    const place = after ?? ['-Infinity', '', ''];
    const now = this.clock();
    const line = below === null ? 'Infinity' : scoreKey(below, now);
    const { rows, book } = await this.database.tenant(call.tenant, async (tx) => ({
      rows: await tx.query<StandingRow[]>(PAGE(state), [kind, rule, tag, line, ...place, limit]),
      book: rulebookOf((await readPolicy(tx)).policy),
    }));
    const last = rows.length === limit ? rows.at(-1) : undefined;
    return {
      items: rows.map((row) => standingOf(row, now, book)),
      next: last === undefined ? null : cursorOf(String(last.score_key), last.kind, last.slug),
    };
  }
}
