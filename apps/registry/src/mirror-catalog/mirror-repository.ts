import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { BundleEntry } from '@loam/bundles';
import type { RecordedEvent } from '@loam/event-store';
import { git, GitFailed } from './git';

const BRANCH = 'refs/heads/main';
/** The last line of each message: by it the mirror knows how far it has come. */
const TRAILER = 'Loam-Event: ';

/** What git says where the other side took the objects or the change of the branch not. */
const REJECTED = /^ ! \[remote rejected\]/m;

/** A push to which the remote said no: it would again. */
export class PushRejected extends Error {}

/** One commit: what an event changes, in paths from the root of the repository. */
export interface MirrorCommit {
  readonly event: RecordedEvent;
  readonly subject: string;
  readonly removed: readonly string[];
  readonly files: readonly BundleEntry[];
}

/** A bare repository whose commits follow from the log: the same events make the same commits. */
export class MirrorRepository {
  constructor(
    readonly folder: string,
    private readonly signal: AbortSignal,
  ) {}

  /** Makes the repository, empty, in the place of whatever is there. */
  async create(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
    await git(['init', '--quiet', '--bare', '--initial-branch=main', this.folder], { signal: this.signal });
  }

  /** Whether every object is there and is what its name says. */
  async isSound(): Promise<boolean> {
    try {
      await this.git('fsck', '--no-dangling', '--no-progress');
      return true;
    } catch (error) {
      if (error instanceof GitFailed) return false;
      throw error;
    }
  }

  /** The newest commit and the event that it is about; undefined while there is none. */
  async head(): Promise<{ readonly commit: string; readonly event: string } | undefined> {
    const lines = (await this.git('for-each-ref', '--format=%(objectname)%0a%(contents)', BRANCH))
      .trim()
      .split('\n');
    const [commit = ''] = lines;
    const event = lines.findLast((line) => line.startsWith(TRAILER))?.slice(TRAILER.length);
    return event === undefined ? undefined : { commit, event };
  }

  /** Adds the commits, all of them or none, whatever happens meanwhile. */
  async add(commits: AsyncIterable<MirrorCommit>): Promise<number> {
    const goesOn = (await this.head()) !== undefined;
    let count = 0;
    await git([`--git-dir=${this.folder}`, 'fast-import', '--quiet', '--done', '--date-format=raw'], {
      signal: this.signal,
      feed: async (input) => {
        for await (const commit of commits) {
          for (const part of partsOf(commit, goesOn && count === 0))
            if (!input.write(part)) await Promise.race([once(input, 'drain'), once(input, 'close')]);
          count += 1;
        }
        input.write('done\n');
      },
    });
    return count;
  }

  /** Packs what has come in small pieces, when there are many. */
  async tidy(): Promise<void> {
    await this.git('-c', 'gc.autoDetach=false', 'gc', '--auto', '--quiet');
  }

  /** Takes the place of another repository. */
  async replace(folder: string): Promise<MirrorRepository> {
    const old = `${folder}.old`;
    await rm(old, { recursive: true, force: true });
    if (existsSync(folder)) await rename(folder, old);
    await rename(this.folder, folder);
    await rm(old, { recursive: true, force: true });
    return new MirrorRepository(folder, this.signal);
  }

  /**
   * Makes the branch of another repository what ours is, history included: without a commit here it goes there.
   * @throws PushRejected
   */
  async push(remote: string, branch: string): Promise<void> {
    const ref = `refs/heads/${branch}`;
    const run = { signal: this.signal, ownConfiguration: true };
    const hasCommits = (await this.head()) !== undefined;
    if (!hasCommits && (await git(['ls-remote', remote, ref], run)) === '') return;
    const change = `${hasCommits ? BRANCH : ''}:${ref}`;
    try {
      await git([`--git-dir=${this.folder}`, 'push', '--quiet', '--force', remote, change], run);
    } catch (error) {
      if (!(error instanceof GitFailed) || !REJECTED.test(error.message)) throw error;
      throw new PushRejected(error.message, { cause: error });
    }
  }

  private git(...args: readonly string[]): Promise<string> {
    return git([`--git-dir=${this.folder}`, ...args], { signal: this.signal });
  }
}

const inOneLine = (text: string): string => text.replace(/[\p{Cc}<>]/gu, '');

/** A path as fast-import reads it: in quotes, and so whatever it holds. */
const quoted = (path: string): string => `"${path.replace(/["\\]/g, '\\$&')}"`;

function* partsOf(commit: MirrorCommit, goesOn: boolean): Generator<string | Uint8Array> {
  const { event, subject, removed, files } = commit;
  const by = inOneLine(`${event.actor.type} ${event.actor.id}`);
  const at = `${Math.floor(Date.parse(event.occurredAt) / 1000)} +0000`;
  const message = `${subject}\n\nBy: ${by}\n${TRAILER}${event.id}\n`;
  yield `commit ${BRANCH}\n`;
  yield `author ${by} <${inOneLine(event.actor.id).replaceAll(' ', '-')}@loam.invalid> ${at}\n`;
  yield `committer Loam <mirror@loam.invalid> ${at}\n`;
  yield `data ${Buffer.byteLength(message)}\n${message}`;
  if (goesOn) yield `from ${BRANCH}^0\n`;
  for (const path of removed) yield `D ${quoted(path)}\n`;
  for (const { path, bytes, executable } of files) {
    yield `M ${executable ? '100755' : '100644'} inline ${quoted(path)}\ndata ${bytes.length}\n`;
    yield bytes;
    yield '\n';
  }
  yield '\n';
}
