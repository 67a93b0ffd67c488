import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ruleSet } from '@loam/safety';
import { removeLoam } from './loam';
import { DISTRIBUTION } from './root';
import type { Seeded } from './scenario';
import { seedLoam } from './seed';
import { seedUse } from './seeded-use';
import { seedVitals } from './seeded-vitals';

/** Where large homes are kept between runs. */
const KEPT = join(tmpdir(), 'loam-bench-homes');
const DAY_MS = 86_400_000;

interface Kind {
  readonly name: keyof Seeded;
  readonly fill: (home: string, count: number) => Promise<void>;
  /** Of what the content depends on: the tables of a service, and what fills them. */
  readonly service: string;
  readonly programs: readonly string[];
  /** Judged by other rules, all items would be scanned again, which nothing measured here should wait for. */
  readonly rules?: string;
}

const CATALOG: Kind = {
  ...{ name: 'catalog', fill: seedLoam, service: 'registry' },
  programs: ['seed.js', 'seed-more.js', 'seeded-items.js'],
  rules: ruleSet,
};
const USE: Kind = { name: 'use', fill: seedUse, service: 'telemetry', programs: ['seeded-use.js'] };
const VITALS: Kind = { name: 'vitals', fill: seedVitals, service: 'decay', programs: ['seeded-vitals.js'] };

async function stampOf({ service, programs, rules = '' }: Kind): Promise<string> {
  const folder = join(DISTRIBUTION, 'apps', service, 'src/migrations');
  const migrations = (await readdir(folder)).filter((name) => name.endsWith('.js')).sort();
  const files = [
    ...migrations.map((name) => join(folder, name)),
    ...programs.map((name) => join(__dirname, name)),
  ];
  const hash = createHash('sha256').update(rules);
  for (const file of files) hash.update(await readFile(file));
  return hash.digest('hex').slice(0, 12);
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Removes homes that nobody has used for a day. */
async function forgetOld(): Promise<void> {
  for (const entry of await readdir(KEPT, { withFileTypes: true })) {
    const home = join(KEPT, entry.name);
    if (!entry.isDirectory() || (await stat(home)).mtimeMs > Date.now() - DAY_MS) continue;
    await removeLoam(home);
    await rm(`${home}.seeded`, { force: true });
  }
}

/** Homes of stopped Loams that hold something; filled when first asked for. */
export class SeededHomes implements Seeded {
  private readonly homes = new Map<string, Promise<string>>();

  private constructor(
    private readonly folder: string,
    private readonly kept: boolean,
    private readonly log: (line: string) => void,
  ) {}

  /** @param folder where they are made and from which they are gone afterwards; without one they are kept for later runs */
  static async open(folder: string | undefined, log: (line: string) => void): Promise<SeededHomes> {
    if (folder !== undefined) return new SeededHomes(folder, false, log);
    await mkdir(KEPT, { recursive: true, mode: 0o755 });
    await forgetOld();
    return new SeededHomes(KEPT, true, log);
  }

  readonly catalog = (items: number): Promise<string> => this.home(CATALOG, items);
  readonly use = (events: number): Promise<string> => this.home(USE, events);
  readonly vitals = (items: number): Promise<string> => this.home(VITALS, items);

  async close(): Promise<void> {
    if (!this.kept) for (const home of this.homes.values()) await home.then(removeLoam, () => undefined);
  }

  private home(kind: Kind, count: number): Promise<string> {
    const name = `${kind.name}-${count}`;
    const known = this.homes.get(name) ?? this.fill(kind, name, count);
    this.homes.set(name, known);
    // The next group that asks tries again.
    known.catch(() => this.homes.delete(name));
    return known;
  }

  private async fill(kind: Kind, name: string, count: number): Promise<string> {
    const home = join(this.folder, `${name}-${await stampOf(kind)}`);
    const mark = `${home}.seeded`;
    if (await isThere(mark)) return home;
    await mkdir(home, { recursive: true, mode: 0o755 });
    // What a run left that ended half-way.
    await removeLoam(home);
    await mkdir(home, { recursive: true, mode: 0o755 });
    const began = performance.now();
    await kind.fill(home, count);
    await writeFile(mark, '');
    this.log(`seeded ${name} in ${((performance.now() - began) / 60_000).toFixed(1)} min`);
    return home;
  }
}
