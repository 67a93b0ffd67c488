import { reject, type Rejection } from '@loam/kernel';
import { foresee, type CatalogView, type Root } from '@loam/resolver';
import type { Item } from '@loam/contracts/skill';
import { explainClashes } from '../explain-clashes';
import type { TenantCatalog } from '../tenant-catalog';
import type { Publication } from './publish-skill.decider';

/** The cycles that a version would be part of, or why it could never be installed. */
export type Foreseen = { readonly cycles: Item[][] } | Rejection<'dependency-conflict'>;

/**
 * Looks at a version as if it were in the catalog. What is not there, or not in the range, may still be published;
 * ranges that exclude each other for good are refused now, while nothing is stored.
 */
export function foreseeDependencies(publication: Publication, catalog: TenantCatalog): Foreseen {
  const { kind, slug, version, sha256, bytes, requires } = publication;
  const isThis = (item: Item): boolean => item.kind === kind && item.slug === slug;
  const view: CatalogView = {
    candidates: (item) => (isThis(item) ? [{ version, sha256, bytes, requires }] : catalog.candidates(item)),
  };
  const root: Root = { kind, slug, range: version };
  const resolution = foresee([root], view);
  if (resolution.outcome === 'conflict' && resolution.lasting) {
    const asked = { text: `${slug} ${version}`, pointer: '/requires' };
    const { detail, errors } = explainClashes(resolution.clashes, catalog, () => asked);
    return { ...reject('dependency-conflict', detail), errors };
  }
  if (resolution.outcome !== 'plan') return { cycles: [] };
  return { cycles: resolution.plan.cycles.filter((cycle) => cycle.some(isThis)) };
}
