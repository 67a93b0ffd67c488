import type { Item } from './model';

/** Values by item. A map for each kind, since joining kind and slug to one key would cost more than all the rest. */
export class ItemMap<T> {
  private readonly kinds = {
    skill: new Map<string, T>(),
    agent: new Map<string, T>(),
    command: new Map<string, T>(),
  };

  get({ kind, slug }: Item): T | undefined {
    return this.kinds[kind].get(slug);
  }

  set({ kind, slug }: Item, value: T): void {
    this.kinds[kind].set(slug, value);
  }
}
