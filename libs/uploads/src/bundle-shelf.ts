import { join } from 'node:path';
import Piscina from 'piscina';
import { z } from 'zod';

const filesSchema = z.array(
  z.object({
    path: z.string(),
    bytes: z.int(),
    sha256: z.string(),
    executable: z.boolean(),
    mediaType: z.string(),
  }),
);
/** A file of a bundle; `sha256` is of its bytes, in hex. */
export type BundleFile = z.output<typeof filesSchema>[number];

const bytesSchema = z.custom<Uint8Array>((value) => value instanceof Uint8Array);

const TIMEOUT_MS = 5000;
const HEAP_MB = 192;
const IDLE_MS = 10_000;

/** Takes stored bundles apart and packs them as zips, in a thread of its own: megabytes of it would hold up others. */
export class BundleShelf {
  private readonly threads: Piscina;

  /** @param worker the compiled worker; a test names the one of the build */
  constructor(worker = join(__dirname, 'bundle-shelf.worker.js')) {
    this.threads = new Piscina({
      ...{ filename: worker, minThreads: 0, maxThreads: 1, idleTimeout: IDLE_MS },
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: 32 },
    });
  }

  /** The same files as a zip: the same bytes on every machine with one build of zlib. */
  async zip(tarGz: Uint8Array): Promise<Buffer> {
    return Buffer.from(bytesSchema.parse(await this.run('zip', tarGz)));
  }

  /** What is in the bundle, by path. */
  async list(tarGz: Uint8Array): Promise<BundleFile[]> {
    return filesSchema.parse(await this.run('list', tarGz));
  }

  /** One file's bytes; undefined where there is no such path. */
  async file(tarGz: Uint8Array, path: string): Promise<Buffer | undefined> {
    const bytes = bytesSchema.optional().parse(await this.run('file', { tarGz, path }));
    return bytes && Buffer.from(bytes);
  }

  async close(): Promise<void> {
    await this.threads.close();
  }

  private run(name: 'zip' | 'list' | 'file', task: unknown): Promise<unknown> {
    return this.threads.run(task, { name, signal: AbortSignal.timeout(TIMEOUT_MS) });
  }
}
