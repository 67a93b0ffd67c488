import { Controller } from '@nestjs/common';
import { z } from 'zod';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { RenameSkill } from '@loam/contracts/names';
import { permits } from '@loam/contracts/scopes';
import { slugSchema, type Item } from '@loam/contracts/skill';
import type { Tx } from '@loam/database';
import { EventStore, NO_STREAM, type UnitOfWork } from '@loam/event-store';
import { reject, type Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { judgeNames } from '../judge-names';
import { findAlias, firstPublisher, isTaken, namespaceOf } from '../names.queries';
import { PopularNames } from '../popular-names';
import { evolveSkill, noSkill, skillEvents, skillStream } from '../skill.stream';
import { renameSkill } from './rename-skill.decider';

type Answer = Output<typeof RenameSkill> | Rejection<ProblemOf<typeof RenameSkill>>;
type Input_ = Input<typeof RenameSkill>;

@Controller()
export class RenameSkillController {
  constructor(
    private readonly store: EventStore,
    private readonly popular: PopularNames,
  ) {}

  @OnRequest(RenameSkill)
  async rename(input: Input_, call: Call): Promise<Answer> {
    if (!slugSchema.safeParse(input.to).success)
      return reject('slug-invalid', 'A slug is 1 to 64 of a-z, 0-9 and single inner hyphens.', '/to');
    return this.store.transaction(call.context, async (unit) => {
      const refused = await this.judge(unit.tx, input, call);
      return refused ?? (await move(unit, input, call.tenant));
    });
  }

  /** Whether the caller may, and whether the new name is free and beyond doubt. */
  private async judge(
    tx: Tx,
    { kind, slug, to }: Input_,
    call: Call,
  ): Promise<Rejection<ProblemOf<typeof RenameSkill>> | undefined> {
    const { actor, scopes } = call.identity;
    const owners = (await namespaceOf(tx, slug))?.owners ?? [await firstPublisher(tx, { kind, slug })];
    if (!owners.includes(actor.id) && !permits(scopes, 'tenant:admin') && (await isTaken(tx, { kind, slug })))
      return reject('not-the-owner', `Only the owner of ${slug} or an administrator gives it another name.`);
    const target = { kind, slug: to };
    if ((await isTaken(tx, target)) || (await findAlias(tx, target)) !== undefined)
      return reject('slug-taken', `There is a ${kind} called ${to} already, or there was one.`, '/to');
    const judged = await judgeNames(tx, target, call, this.popular);
    if ('rejected' in judged) return judged;
    const [concern] = judged.concerns;
    return concern && reject('slug-look-alike', `${concern.detail} [${concern.rule}]`, '/to');
  }
}

const toldRows = z.array(z.object({ version: z.string(), description: z.string(), published_at: z.date() }));

async function move(unit: UnitOfWork, { kind, slug, to }: Input_, tenant: string): Promise<Answer> {
  const [from, into] = [skillStream(tenant, { kind, slug }), skillStream(tenant, { kind, slug: to })];
  const history = await unit.readStream(from);
  const state = history.reduce(
    (before, { type, data }) => evolveSkill(before, skillEvents.parse({ type, data })),
    noSkill,
  );
  const rows = toldRows.parse(
    await unit.tx.query(
      `SELECT version, description, published_at FROM skill_versions
       WHERE tenant_id = current_setting('loam.tenant')::uuid AND kind = $1 AND slug = $2`,
      [kind, slug],
    ),
  );
  const told = new Map(
    rows.map(({ version, description, published_at }) => [
      version,
      { description, publishedAt: published_at.toISOString() },
    ]),
  );
  const decision = renameSkill({ kind, slug, to, told }, state);
  if ('rejected' in decision) return decision;
  await unit.append(
    { stream: from, expected: history.at(-1)?.revision ?? NO_STREAM, facts: [decision.end] },
    { stream: into, expected: NO_STREAM, facts: [decision.beginning] },
  );
  await carryOver(unit.tx, { kind, slug }, to);
  return { kind, from: slug, slug: to };
}

/** What is known of the item besides what its events say; readers of these tables see that the rows changed. */
async function carryOver(tx: Tx, { kind, slug }: Item, to: string): Promise<void> {
  for (const table of ['skill_uses', 'search_documents'])
    await tx.query(
      `UPDATE ${table} SET slug = $3, changed_in = pg_current_xact_id()
       WHERE tenant_id = current_setting('loam.tenant')::uuid AND kind = $1 AND slug = $2`,
      [kind, slug, to],
    );
}
