import { readFile, rm } from 'node:fs/promises';
import { z } from 'zod';
import { writeWhole, type Stack } from '@loam/stack';

const announced = z.object({ url: z.string(), processes: z.object({ launcher: z.int() }) });

/** `standalone.json`: where a running Loam is, for scripts and the CLI. It is there while Loam is ready. */
export class Announcement {
  private last: Promise<void> = Promise.resolve();

  constructor(private readonly file: string) {}

  /** Writes what is so now; without a stack, what an earlier launcher has left is removed. */
  refresh(stack: Stack | undefined): Promise<void> {
    this.last = this.last.then(() => (stack === undefined ? this.remove() : this.write(stack)));
    return this.last;
  }

  withdraw(): Promise<void> {
    return this.refresh(undefined);
  }

  /** The URL that the launcher with this id has announced. */
  async urlOf(pid: number): Promise<string | undefined> {
    const text = await readFile(this.file, 'utf8').catch(() => 'null');
    const found = announced.safeParse(JSON.parse(text));
    return found.success && found.data.processes.launcher === pid ? found.data.url : undefined;
  }

  private remove(): Promise<void> {
    return rm(this.file, { force: true });
  }

  private write(stack: Stack): Promise<void> {
    const { url, tenant, token } = stack;
    const processes = { launcher: process.pid, ...stack.processIds() };
    return writeWhole(this.file, `${JSON.stringify({ url, tenant, token, processes }, null, 2)}\n`);
  }
}
