import type { Input } from '@loam/contracts/define';
import { FindNearDuplicate } from '@loam/contracts/search';
import type { EventContext } from '@loam/event-store';
import type { Bus } from '@loam/messaging';

/** Asks registry which published item is most like what is not published yet. */
export const askForNeighbour = (
  bus: Bus,
  { tenant, actor, correlationId, causationId }: EventContext,
  { slug, description, whenToUse, tags }: Omit<Input<typeof FindNearDuplicate>, 'name'>,
) =>
  bus.request(
    FindNearDuplicate,
    { slug, name: slug, description, whenToUse, tags },
    { identity: { tenant, actor, scopes: ['skills:read'] }, correlationId, causationId },
  );
