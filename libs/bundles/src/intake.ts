import type { BundleLimits } from './limits';
import { foldName, printable, safePath } from './path';
import { BundleProblem } from './problem';

interface Seen {
  readonly spelling: string;
  readonly directory: boolean;
}

/**
 * The door through which every entry of a bundle passes, before its content is looked at: safe path, no second entry
 * that is the same on some file system, number and total size within the limits.
 */
export class Intake {
  readonly #limits: BundleLimits;
  readonly #seen = new Map<string, Seen>();
  #files = 0;
  #directories = 0;
  #bytes = 0;

  constructor(limits: BundleLimits) {
    this.#limits = limits;
  }

  /** Admits a file of the given size in bytes and answers with its safe path. */
  file(name: string, size: number): string {
    this.#files += 1;
    this.#bytes += size;
    this.#checkCount(this.#files, 'files');
    const path = safePath(name, this.#limits);
    if (this.#bytes > this.#limits.expandedBytes) {
      const detail = `The files are larger than ${this.#limits.expandedBytes} bytes together, the most that readers of skills accept.`;
      throw new BundleProblem('bundle-too-large', detail, printable(name));
    }
    this.#claim(path, false);
    return path;
  }

  /** Admits a directory record, which is checked like a file and then dropped. */
  directory(name: string): void {
    this.#directories += 1;
    this.#checkCount(this.#directories, 'directories');
    const bare = name.endsWith('/') ? name.slice(0, -1) : name;
    if (bare !== '.') this.#claim(safePath(bare, this.#limits), true);
  }

  #checkCount(count: number, what: string): void {
    if (count <= this.#limits.files) return;
    const detail = `The bundle holds more than ${this.#limits.files} ${what}, the most that readers of skills accept.`;
    throw new BundleProblem('bundle-too-many-entries', detail);
  }

  /** A path claims its parents too: `Docs/a` and `docs/b`, or `a` and `a/b`, cannot all be unpacked everywhere. */
  #claim(path: string, directory: boolean): void {
    for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) {
      this.#claimOne(path.slice(0, slash), true);
    }
    this.#claimOne(path, directory);
  }

  #claimOne(spelling: string, directory: boolean): void {
    const folded = foldName(spelling);
    const other = this.#seen.get(folded);
    if (other === undefined) {
      this.#seen.set(folded, { spelling, directory });
    } else if (other.spelling !== spelling || other.directory !== directory) {
      const code = folded === 'skill.md' ? 'skill-md-ambiguous' : 'bundle-name-collision';
      throw new BundleProblem(code, `The path collides with "${other.spelling}".`, spelling);
    } else if (!directory) {
      throw new BundleProblem('bundle-duplicate-name', 'The path occurs twice.', spelling);
    }
  }
}
