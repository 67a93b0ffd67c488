import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { BlobStore } from '@loam/blobs';
import { readBundle } from '@loam/bundles';
import { startSession, type Session } from '@loam/database';
import {
  lift,
  readTenantLog,
  start,
  type EventStore,
  type Position,
  type RecordedEvent,
} from '@loam/event-store';
import { bundleKey, readStored } from '@loam/uploads';
import { GitFailed } from './git';
import { MirrorRepository, type MirrorCommit } from './mirror-repository';
import { MirrorState, type MirrorChange } from './mirror-state';

interface MirrorOptions {
  readonly store: EventStore;
  readonly blobs: BlobStore;
  /** Holds one repository per tenant, `<slug>.git`. */
  readonly folder: string;
  /** A repository that is given each tenant's history as the branch of its slug. */
  readonly remote: string | undefined;
}

export interface Turn {
  readonly tenant: string;
  readonly slug: string;
  readonly rebuild: boolean;
  readonly signal: AbortSignal;
}

/** Where a repository is, and the state that belongs to it. */
interface Standing {
  readonly commit: string;
  readonly state: MirrorState;
  readonly at: Position;
}

/**
 * What git reads wherever it lies in a tree, also by the short names of NTFS: `is_ntfs_dot_generic` in git's path.c.
 * Bundles may hold it, but it would have a say in what the clone of a mirror does.
 */
const READ_BY_GIT =
  /(?:^|\/)(?:\.git(?:modules|attributes)|git(?:mod|att)~\d|(?:g(?:i[0-9a-f]{0,4})?)?~[1-9]\d*)(?:\/|$)/i;

const BATCH = 500;
const LOOK_MS = 100;
const MOST_STANDING = 16;

/** Thrown when a commit that was made holds what is erased or blocked since. */
class StaleHistory extends Error {}

/** Keeps the git mirror of each tenant's catalog as the log has it. */
export class CatalogMirror {
  /** What this process left where, so that the next turn reads only what is new. */
  private readonly standing = new Map<string, Standing>();

  constructor(private readonly options: MirrorOptions) {}

  /**
   * Brings the tenant's repository up to date, as its only writer. One that is missing, damaged, of another log, or
   * whose history holds what was erased or blocked since, is made anew.
   */
  async bring(turn: Turn): Promise<void> {
    const { remote, store } = this.options;
    const session = await startSession(store.database);
    try {
      while (!(await isFree(session, turn))) await delay(LOOK_MS, undefined, { signal: turn.signal });
      const repository = (await this.goOn(turn)) ?? (await this.rebuild(turn));
      if (remote !== undefined) await repository.push(remote, turn.slug);
    } finally {
      await session.close();
    }
  }

  private folderOf({ slug }: Turn): string {
    return join(this.options.folder, `${slug}.git`);
  }

  /** @returns undefined where the repository cannot be gone on with */
  private async goOn(turn: Turn): Promise<MirrorRepository | undefined> {
    if (turn.rebuild) return undefined;
    const repository = new MirrorRepository(this.folderOf(turn), turn.signal);
    try {
      return (await this.addPending(turn, repository)) ? repository : undefined;
    } catch (error) {
      if ((error instanceof GitFailed || error instanceof StaleHistory) && !turn.signal.aborted)
        return undefined;
      throw error;
    }
  }

  /** @returns whether the repository could be gone on with */
  private async addPending(turn: Turn, repository: MirrorRepository): Promise<boolean> {
    const head = await repository.head();
    const known = this.standing.get(turn.tenant);
    const standing =
      known?.commit === (head?.commit ?? '') ? known : await this.stand(turn, repository, head);
    if (standing === undefined) return false;
    await this.add(turn, repository, standing);
    return true;
  }

  /** Reads the log up to the event that the repository ends with. */
  private async stand(
    turn: Turn,
    repository: MirrorRepository,
    head: { readonly commit: string; readonly event: string } | undefined,
  ): Promise<Standing | undefined> {
    if (head === undefined || !(await repository.isSound())) return undefined;
    const state = new MirrorState((await this.survey(turn)).withdrawals);
    for await (const { event, at } of this.log(turn, start)) {
      state.apply(event);
      if (event.id === head.event) return state.isBehind ? undefined : { commit: head.commit, state, at };
    }
    return undefined;
  }

  /** What the whole log comes to. */
  private async survey(turn: Turn): Promise<MirrorState> {
    const state = new MirrorState();
    for await (const { event } of this.log(turn, start)) state.apply(event);
    return state;
  }

  private async rebuild(turn: Turn): Promise<MirrorRepository> {
    const folder = this.folderOf(turn);
    this.standing.delete(turn.tenant);
    const fresh = new MirrorRepository(`${folder}.new`, turn.signal);
    await fresh.create();
    const { withdrawals } = await this.survey(turn);
    try {
      await this.add(turn, fresh, { commit: '', state: new MirrorState(withdrawals), at: start });
    } catch (error) {
      // Something was withdrawn after the survey.
      if (error instanceof StaleHistory) return this.rebuild(turn);
      throw error;
    }
    return fresh.replace(folder);
  }

  private async add(turn: Turn, repository: MirrorRepository, from: Standing): Promise<void> {
    // Whatever fails on the way leaves the state ahead of the repository.
    this.standing.delete(turn.tenant);
    let at = from.at;
    const commits = this.commitsSince(turn, from, (reached) => (at = reached));
    const first = await commits.next();
    if (first.done !== true) {
      await repository.add(resume(first.value, commits));
      await repository.tidy();
    }
    const commit = (await repository.head())?.commit ?? '';
    this.standing.set(turn.tenant, { commit, state: from.state, at });
    for (const tenant of this.standing.keys()) {
      if (this.standing.size <= MOST_STANDING) return;
      this.standing.delete(tenant);
    }
  }

  private async *commitsSince(
    turn: Turn,
    { state, at }: Standing,
    onRead: (at: Position) => void,
  ): AsyncGenerator<MirrorCommit> {
    for await (const read of this.log(turn, at)) {
      const change = state.apply(read.event);
      if (state.isStale) throw new StaleHistory();
      if (change !== undefined) yield await this.commitOf(turn, read.event, change);
      onRead(read.at);
    }
  }

  private async commitOf({ slug }: Turn, event: RecordedEvent, change: MirrorChange): Promise<MirrorCommit> {
    const files = change.texts.map(({ path, text }) => ({
      ...{ path: `${slug}/${path}`, bytes: Buffer.from(text), executable: false },
    }));
    for (const { path, sha256 } of change.added) {
      const bytes = await readStored(this.options.blobs, bundleKey(sha256), sha256);
      const { entries } = await readBundle(bytes, { deriveDescription: true });
      files.push(
        ...entries
          .filter(({ path: name }) => !READ_BY_GIT.test(name))
          .map((entry) => ({
            ...entry,
            bytes: Buffer.from(entry.bytes),
            path: `${slug}/${path}/${entry.path}`,
          })),
      );
    }
    return {
      event,
      subject: change.subject,
      removed: change.removed.map((path) => `${slug}/${path}`),
      files,
    };
  }

  private async *log(turn: Turn, from: Position): AsyncGenerator<{ event: RecordedEvent; at: Position }> {
    const { database, catalog } = this.options.store;
    for (let at = from; ;) {
      turn.signal.throwIfAborted();
      const after = at;
      const batch = await database.tenant(turn.tenant, (tx) => readTenantLog(tx, after, BATCH));
      for (const read of batch) yield { event: lift(catalog, read.event), at: read.at };
      const last = batch.at(-1);
      if (last === undefined) return;
      at = last.at;
    }
  }
}

/** Takes the tenant's lock for as long as the session lasts, unless another has it. */
async function isFree(session: Session, { tenant }: Turn): Promise<boolean> {
  const [lock] = await session.query<{ held: boolean }[]>(
    'SELECT pg_try_advisory_lock(hashtext($1)) AS held',
    [`mirror ${tenant}`],
  );
  return lock?.held === true;
}

async function* resume<T>(first: T, rest: AsyncIterable<T>): AsyncGenerator<T> {
  yield first;
  yield* rest;
}
