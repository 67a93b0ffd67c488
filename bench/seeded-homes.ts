import { join } from 'node:path';
import { removeLoam } from './loam';
import { seedLoam } from './seed';

/** Folders of stopped Loams that hold a catalog, one for each size; filled when first asked for. */
export class SeededHomes {
  private readonly homes = new Map<number, Promise<string>>();

  constructor(private readonly folder: string) {}

  readonly home = (count: number): Promise<string> => {
    const known = this.homes.get(count) ?? this.fill(count);
    this.homes.set(count, known);
    return known;
  };

  async remove(): Promise<void> {
    for (const home of this.homes.values()) await home.then(removeLoam, () => undefined);
  }

  private async fill(count: number): Promise<string> {
    const home = join(this.folder, `seeded-${count}`);
    const began = performance.now();
    await seedLoam(home, count);
    console.error(`${count} items seeded in ${((performance.now() - began) / 1000).toFixed(0)} s`);
    return home;
  }
}
