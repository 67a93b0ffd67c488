import { problems } from '@loam/contracts/problems';
import { ArchiveSkill } from '@loam/contracts/registry';
import type { Item } from '@loam/contracts/skill';
import type { Database } from '@loam/database';
import type { EventContext } from '@loam/event-store';
import { Refused, type Bus } from '@loam/messaging';

const WANTED = `SELECT 1 FROM vitals WHERE tenant_id = current_setting('loam.tenant')::uuid AND kind = $1 AND slug = $2
  AND state = 'notified' AND archive_requested`;

interface Parts {
  readonly database: Database;
  readonly bus: Pick<Bus, 'request'>;
}

/**
 * Asks the registry, in decay's own name, to archive an item, unless it was used meanwhile. That it is archived is
 * then heard from the registry. Archiving what is archived changes nothing.
 */
export async function archiveItem(
  { database, bus }: Parts,
  context: EventContext,
  item: Item,
): Promise<void> {
  const { tenant, actor, correlationId, causationId } = context;
  const wanted = await database.tenant(tenant, (tx) => tx.query<unknown[]>(WANTED, [item.kind, item.slug]));
  if (wanted.length === 0) return;
  const answer = await bus.request(
    ArchiveSkill,
    { ...item, version: null },
    { identity: { tenant, actor, scopes: ['tenant:admin'] }, correlationId, causationId },
  );
  // An item that is gone needs no archiving.
  if (
    !answer.ok &&
    problems[answer.failure.code].status !== 404 &&
    problems[answer.failure.code].status !== 410
  )
    throw new Refused(answer.failure);
}
