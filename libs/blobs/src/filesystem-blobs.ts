import { randomUUID } from 'node:crypto';
import { open, readdir, readFile, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { BlobMissing } from './blob-errors';
import { requireKey, requirePrefix } from './blob-key';
import type { BlobInfo, BlobStore, PutOptions, StoredBlob } from './blob-store';
import { codeOf, fileFault, move, syncFolder, writeNew } from './durable-files';
import { Meter } from './meter';
import { verified } from './read-whole';

/** The name of an object's file starts with this, and no folder's does, so that `a` and `a/b` can both be keys. */
const FILE_MARK = '@';

const ifThere = async <T>(work: Promise<T>): Promise<T | undefined> => {
  try {
    return await work;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw fileFault(error);
  }
};

/** Objects as files under a folder, which several processes may share. */
export class FilesystemBlobs implements BlobStore {
  readonly #root: string;
  /** On the same volume, so that a finished file can be moved into place; no key can reach it. */
  readonly #unfinished: string;

  constructor(config: { readonly root: string }) {
    this.#root = resolve(config.root);
    this.#unfinished = join(this.#root, '.unfinished');
  }

  async put(key: string, body: Readable | Uint8Array, options: PutOptions = {}): Promise<StoredBlob> {
    const target = this.#fileOf(key);
    const meter = new Meter(body, options);
    const { durable = true } = options;
    await this.#withUnfinished(
      async (file) => {
        await writeNew(file, meter.content(), durable);
        await move(file, target, durable);
      },
      (error) => meter.failure(fileFault(error)),
    );
    return { key, ...meter.result() };
  }

  async get(key: string): Promise<{ body: Readable; bytes: number } | undefined> {
    const handle = await ifThere(open(this.#fileOf(key), 'r'));
    if (!handle) return undefined;
    try {
      const { size } = await handle.stat();
      return { body: handle.createReadStream(), bytes: size };
    } catch (error) {
      await handle.close();
      throw fileFault(error);
    }
  }

  /** Not by a stream, which asks the system more often and costs more than a small file. */
  async read(key: string, options: { expectSha256?: string } = {}): Promise<Buffer | undefined> {
    const content = await ifThere(readFile(this.#fileOf(key)));
    return content && verified(key, content, options.expectSha256);
  }

  async copy(from: string, to: string): Promise<void> {
    this.#fileOf(to);
    const source = await this.get(from);
    if (!source) throw new BlobMissing(from);
    await this.put(to, source.body);
  }

  async head(key: string): Promise<BlobInfo | undefined> {
    const found = await ifThere(stat(this.#fileOf(key)));
    return found && { key, bytes: found.size, modifiedAt: new Date(found.mtimeMs) };
  }

  async delete(key: string, { durable = true }: Pick<PutOptions, 'durable'> = {}): Promise<void> {
    const file = this.#fileOf(key);
    await ifThere(durable ? unlink(file).then(() => syncFolder(dirname(file))) : unlink(file));
  }

  async *list(prefix: string): AsyncGenerator<BlobInfo> {
    requirePrefix(prefix);
    yield* this.#walk(prefix.slice(0, prefix.lastIndexOf('/') + 1), prefix);
  }

  /** Shows that a file can be written, and that the disk takes it. */
  async ping(): Promise<void> {
    await this.#withUnfinished(async (file) => {
      await writeNew(file, new Uint8Array(), true);
      await unlink(file);
    }, fileFault);
  }

  async #withUnfinished(work: (file: string) => Promise<void>, faultOf: (error: unknown) => unknown) {
    const file = join(this.#unfinished, randomUUID());
    try {
      await work(file);
    } catch (error) {
      // The failure to report is the first one.
      await rm(file, { force: true }).catch(() => undefined);
      throw faultOf(error);
    }
  }

  /** `folder` is empty or ends with a slash. One folder's names are held in memory at a time. */
  async *#walk(folder: string, prefix: string): AsyncGenerator<BlobInfo> {
    const entries = await ifThere(readdir(join(this.#root, folder), { withFileTypes: true }));
    const children = (entries ?? []).flatMap((entry) => {
      if (entry.isDirectory()) return entry.name.startsWith('.') ? [] : [`${folder}${entry.name}/`];
      return entry.name.startsWith(FILE_MARK) ? [`${folder}${entry.name.slice(FILE_MARK.length)}`] : [];
    });
    for (const child of children.sort()) {
      if (child.endsWith('/')) {
        if (child.startsWith(prefix) || prefix.startsWith(child)) yield* this.#walk(child, prefix);
      } else if (child.startsWith(prefix)) {
        // Undefined if it was deleted since.
        const found = await this.head(child);
        if (found) yield found;
      }
    }
  }

  #fileOf(key: string): string {
    requireKey(key);
    const nameAt = key.lastIndexOf('/') + 1;
    return join(this.#root, key.slice(0, nameAt), FILE_MARK + key.slice(nameAt));
  }
}
