import { byPreference } from './preference';
import type { Candidate, CatalogView, Item, Requirement, Root } from './model';

/** `name@range` as a requirement. */
function requirement(text: string): Requirement {
  const at = text.indexOf('@');
  return at === -1 ? { slug: text, range: '*' } : { slug: text.slice(0, at), range: text.slice(at + 1) };
}

/** `name@range` as a root; an agent or command is written `agent/name@range`. */
export function root(text: string): Root {
  const slash = text.indexOf('/');
  const kind = (['agent', 'command'] as const).find((each) => each === text.slice(0, Math.max(slash, 0)));
  return { kind: kind ?? 'skill', ...requirement(text.slice(slash + 1)) };
}

/** A catalog from `name: { version: ['needs@range', …] }`; a version that ends with `!` is chosen only if pinned. */
export function catalogOf(
  items: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>,
): CatalogView {
  const candidates = new Map(
    Object.entries(items).map(([name, versions]): [string, Candidate[]] => [
      name.includes('/') ? name : `skill/${name}`,
      Object.entries(versions)
        .map(([version, requires]) => ({
          version: version.replace('!', ''),
          sha256: `${name}-${version}`,
          bytes: 1,
          requires: requires.map(requirement),
          pinnedOnly: version.endsWith('!'),
        }))
        .sort(byPreference),
    ]),
  );
  return { candidates: ({ kind, slug }: Item) => candidates.get(`${kind}/${slug}`) ?? [] };
}
