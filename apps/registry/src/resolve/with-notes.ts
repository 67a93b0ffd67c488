import { satisfies } from 'semver';
import type { InstallPlan } from '@loam/contracts/resolve';
import type { MissingItem, Plan, PlannedItem } from '@loam/resolver';
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
  const chosen = versions.find(({ version }) => version === item.version);
  return {
    ...item,
    ...(newer === null ? {} : { newer }),
    ...(chosen?.yanked === undefined ? {} : { yanked: chosen.yanked }),
    ...(chosen?.status === 'archived' ? { archived: true } : {}),
  };
}

function whyMissing(item: MissingItem, catalog: TenantCatalog): InstallPlan['missing'][number] {
  const withheld = catalog.withheld(item);
  return withheld === null ? item : { ...item, withheld };
}

/**
 * A plan that says of each item which higher version is withheld and whether the version itself is yanked or archived,
 * and of what is missing whether it is withheld only.
 */
export const withNotes = (plan: Plan, catalog: TenantCatalog): InstallPlan => ({
  ...plan,
  items: plan.items.map((item) => noted(item, catalog)),
  missing: plan.missing.map((item) => whyMissing(item, catalog)),
});
