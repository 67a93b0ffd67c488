import type { ExistingItem } from '@loam/contracts/capturer';
import { FindNextVersions } from '@loam/contracts/registry';
import type { EventContext } from '@loam/event-store';
import { valueOf, type Bus } from '@loam/messaging';
import type { DraftRow } from './draft.queries';

type Named = Pick<DraftRow, 'slug'> & Partial<Pick<DraftRow, 'publishedSlug'>>;

/** For each draft the skill that has its name, or that it became before. Registry is asked once. */
export async function findExisting(
  bus: Bus,
  { tenant, actor, correlationId, causationId }: EventContext,
  drafts: readonly Named[],
): Promise<(ExistingItem | null)[]> {
  if (drafts.length === 0) return [];
  const slugs = drafts.map(({ slug, publishedSlug = null }) => publishedSlug ?? slug);
  const answer = await bus.request(
    FindNextVersions,
    { items: slugs.map((slug) => ({ kind: 'skill' as const, slug })) },
    { identity: { tenant, actor, scopes: ['skills:read'] }, correlationId, causationId },
  );
  const { found } = valueOf(answer);
  return drafts.map(({ publishedSlug = null }, index) => {
    const [slug, next] = [slugs[index], found[index]];
    return slug === undefined || !next ? null : { slug, ...next, own: publishedSlug !== null };
  });
}

/** Drafts that still await their end, with the skill of their name; without it while registry is away. */
export async function withExisting(
  bus: Bus,
  context: EventContext,
  drafts: readonly DraftRow[],
): Promise<DraftRow[]> {
  const open = drafts.filter(({ status }) => status !== 'published' && status !== 'discarded');
  const found = await findExisting(bus, context, open).catch(() => undefined);
  return drafts.map((draft) => {
    const at = open.indexOf(draft);
    return found === undefined || at < 0 ? draft : { ...draft, existingItem: found[at] ?? null };
  });
}
