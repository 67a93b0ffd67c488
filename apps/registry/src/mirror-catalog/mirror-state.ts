import { z } from 'zod';
import { factSchema } from '@loam/contracts/define';
import { SkillMovedIn, SkillRenamed } from '@loam/contracts/names';
import { BundleBlocked, BundleUnblocked, SkillPublished } from '@loam/contracts/registry';
import type { Item, Verdict } from '@loam/contracts/skill';
import type { RecordedEvent } from '@loam/event-store';
import { evolveSkill, noSkill, skillEvents, statusOf, verdictOf, type SkillState } from '../skill.stream';

const switchEvents = z.union([factSchema(BundleBlocked), factSchema(BundleUnblocked)]);

/** What an event changes in the mirror, in paths below the tenant's folder. */
export interface MirrorChange {
  /** What is done, to which path. */
  readonly subject: string;
  /** Folders that go. */
  readonly removed: readonly string[];
  /** Folders that come, each with the bundle that it holds. */
  readonly added: readonly { readonly path: string; readonly sha256: string }[];
  readonly texts: readonly { readonly path: string; readonly text: string }[];
}

/** Where a version comes from; the id is that of its publication and stays when the item is renamed. */
interface Publication {
  readonly id: string;
  readonly publishedAt: string;
  readonly publishedBy: string;
}

/** A version in the mirror, as the list beside the folders tells of it. */
interface Shown extends Publication {
  readonly version: string;
  readonly sha256: string;
  readonly fingerprint: string;
  readonly yanked: boolean;
}

/** Beside the folders of an item's versions; no version can be called so. */
const INDEX = 'versions.json';

const folderOf = ({ kind, slug }: Item): string => `${kind}/${slug}`;

const isCleared = (verdict: Verdict): boolean => verdict === 'pass' || verdict === 'review';

const indexOf = (versions: readonly Shown[]): string =>
  versions.length === 0
    ? ''
    : `[\n${versions.map(({ id: _id, ...about }) => `  ${JSON.stringify(about)}`).join(',\n')}\n]\n`;

/** What the mirror shows of a tenant's catalog after each of its events. It is in memory and nowhere else. */
export class MirrorState {
  /** How often each publication became blocked or erased, by the id of its event. */
  readonly withdrawals = new Map<string, number>();
  private readonly withdrawn = new Set<string>();
  private readonly written = new Set<string>();
  private holdsWithdrawn = false;
  private readonly items = new Map<string, SkillState>();
  private readonly publications = new Map<string, Publication>();
  private readonly blocked = new Set<string>();

  /**
   * @param expected how often each publication will be withdrawn: until the last time it is left out, so that no commit
   *   ever holds bytes that are blocked or erased later
   */
  constructor(private readonly expected: ReadonlyMap<string, number> = new Map()) {}

  /** Whether an earlier change showed what is withdrawn since, so that the history holds it. */
  get isStale(): boolean {
    return this.holdsWithdrawn;
  }

  /** Whether something that was published so far is still to be withdrawn. */
  get isBehind(): boolean {
    return [...this.publications.values()].some(({ id }) => !this.isDue(id));
  }

  /** Takes in the next event. @returns what changes in the mirror by it, if anything does */
  apply(event: RecordedEvent): MirrorChange | undefined {
    const switched = switchEvents.safeParse(event).data;
    if (switched !== undefined)
      return this.switchBundle(switched.type === BundleBlocked.name, switched.data.sha256);
    const fact = skillEvents.safeParse(event).data;
    if (fact === undefined) return undefined;
    const folder = folderOf(fact.data);
    // The files go on under the new name with the same event that ends the old one.
    if (fact.type === SkillMovedIn.name) return undefined;
    if (fact.type === SkillRenamed.name)
      return this.rename(folder, folderOf({ kind: fact.data.kind, slug: fact.data.to }));
    return this.changing([folder], () => {
      this.items.set(folder, evolveSkill(this.items.get(folder) ?? noSkill, fact));
      if (fact.type === SkillPublished.name)
        this.publications.set(`${folder}/${fact.data.version}`, {
          ...{ id: event.id, publishedAt: event.occurredAt, publishedBy: event.actor.id },
        });
    });
  }

  private rename(from: string, to: string): MirrorChange | undefined {
    return this.changing([from, to], () => {
      const item = this.items.get(from) ?? noSkill;
      this.items.delete(from);
      this.items.set(to, item);
      for (const version of item.versions.keys()) {
        const publication = this.publications.get(`${from}/${version}`);
        this.publications.delete(`${from}/${version}`);
        if (publication !== undefined) this.publications.set(`${to}/${version}`, publication);
      }
    });
  }

  private switchBundle(blocked: boolean, sha256: string): MirrorChange | undefined {
    return this.changing(this.foldersWith(sha256), () => {
      if (blocked) this.blocked.add(sha256);
      else this.blocked.delete(sha256);
    });
  }

  private noteWithdrawn(folder: string): void {
    for (const [version, state] of this.items.get(folder)?.versions ?? []) {
      const id = this.publications.get(`${folder}/${version}`)?.id;
      if (id === undefined) continue;
      const isGone = state.erased || this.blocked.has(state.sha256) || verdictOf(state) === 'blocked';
      if (!isGone) this.withdrawn.delete(id);
      else if (!this.withdrawn.has(id)) this.withdraw(id);
    }
  }

  private withdraw(id: string): void {
    this.withdrawn.add(id);
    this.withdrawals.set(id, (this.withdrawals.get(id) ?? 0) + 1);
    if (this.written.has(id)) this.holdsWithdrawn = true;
  }

  private isDue(id: string): boolean {
    return (this.withdrawals.get(id) ?? 0) >= (this.expected.get(id) ?? 0);
  }

  private changing(folders: readonly string[], change: () => void): MirrorChange | undefined {
    const before = folders.map((folder) => this.shown(folder));
    change();
    for (const folder of folders) this.noteWithdrawn(folder);
    const after = folders.map((folder) => this.shown(folder));
    for (const { id } of after.flat()) this.written.add(id);
    const parts = folders.map((folder, index) => partOf(folder, before[index] ?? [], after[index] ?? []));
    const removed = parts.flatMap((part) => part.removed);
    const added = parts.flatMap((part) => part.added);
    const texts = parts.flatMap((part) => part.texts);
    const [word, paths] = wordOf(removed, added, texts);
    const [first] = paths;
    if (first === undefined) return undefined;
    const more = paths.length > 1 ? ` and ${paths.length - 1} more` : '';
    return { subject: `${word} ${first}${more}`, removed, added, texts };
  }

  private foldersWith(sha256: string): string[] {
    return [...this.items]
      .filter(([, { versions }]) => [...versions.values()].some((version) => version.sha256 === sha256))
      .map(([folder]) => folder);
  }

  /** The versions whose files are in the mirror: installable and not archived. */
  private shown(folder: string): Shown[] {
    return [...(this.items.get(folder)?.versions ?? [])].flatMap(([version, state]) => {
      const publication = this.publications.get(`${folder}/${version}`);
      const status = statusOf(state);
      if (publication === undefined || !this.isDue(publication.id) || this.blocked.has(state.sha256))
        return [];
      if (status === 'archived' || status === 'erased' || !isCleared(verdictOf(state))) return [];
      const { sha256, fingerprint, yanked } = state;
      return [{ version, sha256, fingerprint, yanked, ...publication }];
    });
  }
}

function partOf(
  folder: string,
  was: readonly Shown[],
  is: readonly Shown[],
): Pick<MirrorChange, 'removed' | 'added' | 'texts'> {
  const text = indexOf(is);
  if (text === indexOf(was)) return { removed: [], added: [], texts: [] };
  if (is.length === 0) return { removed: [folder], added: [], texts: [] };
  const missing = (from: readonly Shown[], of: readonly Shown[]) =>
    from.filter(({ version }) => !of.some((other) => other.version === version));
  return {
    removed: missing(was, is).map(({ version }) => `${folder}/${version}`),
    added: missing(is, was).map(({ version, sha256 }) => ({ path: `${folder}/${version}`, sha256 })),
    texts: [{ path: `${folder}/${INDEX}`, text }],
  };
}

function wordOf(
  removed: MirrorChange['removed'],
  added: MirrorChange['added'],
  texts: MirrorChange['texts'],
): readonly [string, readonly string[]] {
  if (added.length > 0) return ['Add', added.map(({ path }) => path)];
  return removed.length > 0 ? ['Remove', removed] : ['Mark', texts.map(({ path }) => path)];
}
