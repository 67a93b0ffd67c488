import { readdir, rm, rmdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { removePostgresData } from '@loam/embedded';
import { takeLock } from './lock';

/** Everything that Loam makes in its folder. */
const OURS = /^(nats|redis|objects|compiled|logs|identity|secrets\.json|standalone\.json|seeded|lock\.\d+)$/;

/**
 * Removes what a stack keeps in a folder, and the folder if nothing else is in it. Servers that were not embedded keep
 * their data.
 *
 * @throws AlreadyRunning
 */
export async function removeStack(home: string): Promise<void> {
  const folder = resolve(home);
  await takeLock(folder);
  // As root its data may be elsewhere.
  await removePostgresData(join(folder, 'postgres'));
  const ours = (await readdir(folder)).filter((name) => OURS.test(name));
  await Promise.all(ours.map((name) => rm(join(folder, name), { recursive: true })));
  if ((await readdir(folder)).length === 0) await rmdir(folder);
}
