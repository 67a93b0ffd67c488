import type { Tx } from '@loam/database';
import { covers } from './name-rules';
import { findPopular, prefixesOwnedBy, type PopularName } from './names.queries';

/** What is popular changes slowly, and to find out reads every use of the tenant. */
const REMEMBER_MS = 5000;
const MOST_REMEMBERED = 200;

interface Remembered {
  readonly until: number;
  readonly names: readonly PopularName[];
}

/** The names that others must keep away from. */
export class PopularNames {
  private readonly remembered = new Map<string, Remembered>();

  /** @param uses from how many uses in 90 days on a name is popular */
  constructor(private readonly uses: number) {}

  /** Popular names, of whatever kind, that are not the actor's own, by first publication or by namespace. */
  async ofOthers(tx: Tx, tenant: string, actor: string): Promise<string[]> {
    const others = (await this.of(tx, tenant)).filter(({ publishedBy }) => publishedBy !== actor);
    if (others.length === 0) return [];
    const owned = await prefixesOwnedBy(tx, actor);
    return others.map(({ slug }) => slug).filter((slug) => !owned.some((prefix) => covers(prefix, slug)));
  }

  private async of(tx: Tx, tenant: string): Promise<readonly PopularName[]> {
    const known = this.remembered.get(tenant);
    if (known !== undefined && known.until > performance.now()) return known.names;
    const names = await findPopular(tx, this.uses);
    this.remembered.delete(tenant);
    this.remembered.set(tenant, { until: performance.now() + REMEMBER_MS, names });
    for (const oldest of this.remembered.keys()) {
      if (this.remembered.size <= MOST_REMEMBERED) break;
      this.remembered.delete(oldest);
    }
    return names;
  }
}
