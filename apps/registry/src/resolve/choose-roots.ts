import { validRange } from 'semver';
import type { ProblemCode, ProblemError } from '@loam/contracts/problems';
import type { ResolveRoot } from '@loam/contracts/resolve';
import { versionSchema } from '@loam/contracts/skill';
import type { Root } from '@loam/resolver';
import { isInstallable, selectVersion } from '../select-version.rules';
import type { CatalogItem, TenantCatalog } from '../tenant-catalog';

type Code = 'skill-not-found' | 'version-not-found' | 'version-erased' | 'version-held';
type Wrong = { readonly code: Code; readonly detail: string };

const anything = (item: CatalogItem): string => {
  // Whoever pinned `latest` meant this one; otherwise any version that fits the others will do.
  const pinned = item.channels.get('latest');
  return pinned !== undefined && pinned === item.latest ? pinned : '*';
};

/** Why exactly this version is never installed; undefined where it may be. */
function judgeExact(item: CatalogItem, root: ResolveRoot, version: string): Wrong | undefined {
  const found = item.versions.find((each) => each.version === version);
  if (found === undefined)
    return { code: 'version-not-found', detail: `There is no version ${version} of ${root.slug}.` };
  if (found.status === 'erased')
    return { code: 'version-erased', detail: `${root.slug} ${version} was erased.` };
  if (!isInstallable(found))
    return { code: 'version-held', detail: `The safety gate holds ${root.slug} ${version} back.` };
  return undefined;
}

/** The range that a root allows: itself, or the very version that its channel or exact version means. */
function rangeOf(item: CatalogItem, root: ResolveRoot): string | Wrong {
  const selector = root.version ?? 'latest';
  if (selector === 'latest' && item.latest !== undefined) return anything(item);
  if (selector === '*') return selector;
  const selected = selectVersion(selector, item.versions, item.channels);
  if ('rejected' in selected)
    return { code: 'version-not-found', detail: `No live version of ${root.slug} answers to ${selector}.` };
  if (versionSchema.safeParse(selector).success)
    return judgeExact(item, root, selected.version) ?? selected.version;
  return validRange(selector) === null ? selected.version : selector;
}

/** What is to be resolved, or what is wrong with each root that cannot be. */
export function chooseRoots(
  roots: readonly ResolveRoot[],
  catalog: TenantCatalog,
): { readonly roots: readonly Root[] } | { readonly code: ProblemCode; readonly errors: ProblemError[] } {
  const chosen: Root[] = [];
  const errors: (Wrong & { pointer: string })[] = [];
  for (const [index, root] of roots.entries()) {
    const item = catalog.find(root);
    const range: string | Wrong =
      item === undefined
        ? { code: 'skill-not-found', detail: `There is no ${root.kind} called ${root.slug}.` }
        : rangeOf(item, root);
    if (typeof range === 'string') chosen.push({ ...catalog.today(root), range });
    else errors.push({ ...range, pointer: `/roots/${String(index)}` });
  }
  const [first] = errors;
  return first === undefined ? { roots: chosen } : { code: first.code, errors };
}
