import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { removeStack, startStack, type Stack, type StackOptions } from '@loam/stack';

/** A Loam of its own, for a test that does to it what others must not see; `close` ends and removes it. */
export async function ownStack(
  options: Partial<StackOptions> = {},
): Promise<Stack & { readonly home: string; close(): Promise<void> }> {
  const home = await mkdtemp(join(tmpdir(), 'loam-e2e-'));
  await chmod(home, 0o755);
  const stack = await startStack({
    ...{ home, gatewayPort: 0, environment: process.env, tuning: 'throw-away' },
    distribution: resolve(__dirname, '../../../dist'),
    ...options,
  });
  return {
    ...stack,
    home,
    close: async () => {
      await stack.stop();
      await removeStack(home);
    },
  };
}
