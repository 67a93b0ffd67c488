import { access, readFile } from 'node:fs/promises';

/** Whether something is at this path; a broken symbolic link counts as nothing. */
export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** The whole file, or nothing when it cannot be read. */
export async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}
