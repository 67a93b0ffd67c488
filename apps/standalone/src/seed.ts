import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { step, writeWhole, type Progress, type Stack } from '@loam/stack';

const run = promisify(execFile);

interface SeedOptions {
  readonly root: string;
  readonly home: string;
  readonly stack: Stack;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Publishes the sample skills to a new tenant, as anybody would: by `loam import`. Loam runs without them, too. */
export async function seed({ root, home, stack, progress, signal }: SeedOptions): Promise<void> {
  const memory = join(home, 'seeded');
  const tenant = tenantOf(stack);
  if ((await readFile(memory, 'utf8').catch(() => undefined)) === tenant) return;
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, LOAM_URL: stack.url, LOAM_TENANT: stack.tenant, LOAM_TOKEN: stack.token };
  const publish = () =>
    run(process.execPath, [join(root, 'bin/loam'), 'import', join(root, 'samples')], { env, signal });
  try {
    await step(progress, 'Publishing the sample skills', publish);
    await writeWhole(memory, tenant);
  } catch (error) {
    signal.throwIfAborted();
    const reason = error instanceof Error ? error.message.trimEnd() : String(error);
    progress(`The sample skills could not be published: ${reason}`);
  }
}

/** Names the tenant and the database that it is in. */
const tenantOf = ({ token }: Stack): string =>
  createHash('sha256')
    .update(`${token} ${process.env['DATABASE_URL'] ?? ''}`)
    .digest('hex');
