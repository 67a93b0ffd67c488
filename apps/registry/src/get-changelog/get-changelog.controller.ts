import { Controller } from '@nestjs/common';
import { z } from 'zod';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { changelogEntrySchema, GetChangelog } from '@loam/contracts/reading';
import type { Item } from '@loam/contracts/skill';
import { Database, type Tx } from '@loam/database';
import { reject, type Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { TOLD } from '../catalog.queries';
import { pageOf } from './changelog';

const rows = z.array(changelogEntrySchema);

const findEntries = async (tx: Tx, { kind, slug }: Item) =>
  rows.parse(
    await tx.query(
      `SELECT version, status, verdict, published_by AS "publishedBy",
         CASE WHEN ${TOLD} THEN v.changes END AS changes, yank_reason AS "yankReason",
         to_char(published_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "publishedAt"
       FROM skill_versions v
       WHERE tenant_id = current_setting('loam.tenant')::uuid AND kind = $1 AND slug = $2`,
      [kind, slug],
    ),
  );

@Controller()
export class GetChangelogController {
  constructor(private readonly database: Database) {}

  /** The order of versions is not one that SQL knows; an item has some hundreds of them at most. */
  @OnRequest(GetChangelog)
  async get(
    { limit, below, ...item }: Input<typeof GetChangelog>,
    call: Call,
  ): Promise<Output<typeof GetChangelog> | Rejection<ProblemOf<typeof GetChangelog>>> {
    const entries = await this.database.tenant(call.tenant, (tx) => findEntries(tx, item));
    return entries.length === 0
      ? reject('skill-not-found', `There is no ${item.kind} called ${item.slug}.`)
      : pageOf(entries, { limit, below });
  }
}
