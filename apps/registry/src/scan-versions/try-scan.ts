import type { EventContext } from '@loam/event-store';
import type { Jobs } from '@loam/jobs';
import type { registryJobs } from '../registry.jobs';
import { scanStored, type ScanParts, type Scannable } from './scan-version.job';

export interface RescanParts extends ScanParts {
  readonly jobs: Jobs<typeof registryJobs>;
  readonly log: { info(facts: object, message: string): void; warn(facts: object, message: string): void };
}

/** A version that cannot be scanned now is retried, and ends as a dead letter, for itself. */
export async function tryScan(
  parts: RescanParts,
  item: Scannable,
  ruleSet: string,
  context: EventContext,
): Promise<boolean> {
  try {
    await scanStored(parts, item, context);
    return true;
  } catch (err) {
    const { kind, slug, version } = item;
    parts.log.warn({ err, kind, slug, version }, 'a version was not scanned; it is owed');
    await parts.store.transaction(context, (unit) =>
      parts.jobs.intend(unit, 'scanVersion', `${ruleSet} ${kind} ${slug} ${version}`, {
        kind,
        slug,
        version,
      }),
    );
    return false;
  }
}
