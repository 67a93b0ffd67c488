import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { removePostgresData } from '@loam/embedded';
import { takeLock } from './lock';

/**
 * Removes everything that a stack keeps in a folder, and the folder. Servers that were not embedded keep their data.
 * @throws AlreadyRunning
 */
export async function removeStack(home: string): Promise<void> {
  const folder = resolve(home);
  await takeLock(folder);
  // As root its data may be elsewhere.
  await removePostgresData(join(folder, 'postgres'));
  await rm(folder, { recursive: true, force: true });
}
