import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

/** A run of git that failed, with what it said. */
export class GitFailed extends Error {}

/** Nobody's own configuration, so that the same log makes the same repository everywhere. */
const PLAIN = { GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' };

interface Run {
  readonly signal: AbortSignal;
  /** For what talks to other machines: the user's own configuration, which knows keys and proxies. */
  readonly ownConfiguration?: boolean;
  /** Writes what git reads. */
  readonly feed?: (input: Writable) => Promise<void>;
}

/** Runs git to its end. @returns what it wrote @throws GitFailed unless it ended well */
export async function git(
  args: readonly string[],
  { signal, ownConfiguration = false, feed }: Run,
): Promise<string> {
  const child = spawn('git', [...args], {
    signal,
    env: { ...process.env, LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', ...(ownConfiguration ? {} : PLAIN) },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // A process that ends early says why on its stderr, and by its exit code.
  child.stdin.on('error', () => undefined);
  const fed = (feed?.(child.stdin) ?? Promise.resolve()).finally(() => child.stdin.end());
  const [ended, said, wrote] = await Promise.all([
    once(child, 'close').catch((error: unknown) => {
      throw new GitFailed(`git ${args.join(' ')} could not be run`, { cause: error });
    }),
    text(child.stderr),
    text(child.stdout),
    fed,
  ]);
  const [code] = z.tuple([z.number().nullable()]).rest(z.unknown()).parse(ended);
  if (code !== 0)
    throw new GitFailed(`git ${args.join(' ')} ended with ${String(code)}: ${said.trim().slice(-2000)}`);
  return wrote;
}
