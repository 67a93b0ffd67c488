import { fact, type Fact } from '@loam/contracts/define';
import { RegressionCleared, RegressionDetected, SkillStats } from '@loam/contracts/telemetry';
import { MARGIN, regressionNews } from '../regression';
import { outcomesOf } from '../success-rate';
import type { ItemStats } from './item-stats';

const OUTCOMES = ['invocations', 'successes', 'partials', 'failures'] as const;

function totalsOf({ uses, versions }: ItemStats) {
  const sum = (name: (typeof OUTCOMES)[number]): number =>
    versions.reduce((total, version) => total + version[name], 0);
  const [invocations, successes] = [sum('invocations'), sum('successes')];
  return { uses, invocations, successes, partials: sum('partials'), failures: sum('failures') };
}

/**
 * What has to be told of an item in all: its statistics where they have changed, and crossings of its versions.
 * @param sequence of the first of these in the stream
 */
export function newsOf(item: ItemStats, sequence: number): Fact[] {
  const { kind, slug, told } = item;
  const totals = totalsOf(item);
  if (told !== null && told.uses === totals.uses && OUTCOMES.every((name) => told[name] === totals[name]))
    return [];
  const lastUsedAt = item.last_used_at?.toISOString() ?? null;
  const stats = fact(SkillStats, { kind, slug, sequence, ...totals, lastUsedAt });
  if (told !== null && OUTCOMES.every((name) => told[name] === totals[name])) return [stats];
  const known = item.versions.filter(({ version }) => version !== '');
  const { detected, cleared } = regressionNews(
    item.regressions,
    known.map((each) => ({ version: each.version, ...outcomesOf(each) })),
  );
  return [
    stats,
    ...cleared.map((each) => fact(RegressionCleared, { kind, slug, ...each })),
    ...detected.map((each) => fact(RegressionDetected, { kind, slug, margin: MARGIN, ...each })),
  ];
}
