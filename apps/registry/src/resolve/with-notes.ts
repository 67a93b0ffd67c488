import { satisfies } from 'semver';
import type { InstallPlan } from '@loam/contracts/resolve';
import type { Plan, PlannedItem } from '@loam/resolver';
import { isLive, newerThan } from '../select-version.rules';
import type { TenantCatalog } from '../tenant-catalog';

const meets = (version: string, range: string): boolean => range === '*' || satisfies(version, range);

function noted(item: PlannedItem, catalog: TenantCatalog): InstallPlan['items'][number] {
  const versions = catalog.find(item)?.versions ?? [];
  // Of the higher ones only those matter that everybody who asks would have taken.
  const withheld = versions.filter(
    (each) => !isLive(each) && item.reasons.every(({ range }) => meets(each.version, range)),
  );
  const newer = newerThan(item.version, withheld);
  const yanked = versions.find(({ version }) => version === item.version)?.yanked;
  return { ...item, ...(newer === null ? {} : { newer }), ...(yanked === undefined ? {} : { yanked }) };
}

/** A plan that says of each item which higher version is withheld, and why the version itself is yanked. */
export const withNotes = (plan: Plan, catalog: TenantCatalog): InstallPlan => ({
  ...plan,
  items: plan.items.map((item) => noted(item, catalog)),
});
