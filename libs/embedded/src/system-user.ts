import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A user of the operating system other than the present one. */
export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The user under which Postgres runs, which refuses to run as root: nothing (the present user) unless this process is
 * root, else the owner of the existing data, else `postgres`, else `nobody`.
 *
 * @param dataDir the data folder, whether it exists or not
 * @throws Error when root has neither user
 */
export async function postgresUser(dataDir: string): Promise<SystemUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(dataDir).catch(() => undefined);
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const user = (await lookUp('postgres')) ?? (await lookUp('nobody'));
  if (user === undefined) {
    throw new Error(
      'Postgres does not run as root, and there is no user "postgres" or "nobody". Start as another user.',
    );
  }
  return user;
}

async function lookUp(name: string): Promise<SystemUser | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}

/** Whether the user can enter this folder, which needs the right to pass through each folder above it. */
export async function canEnter(folder: string, user: SystemUser): Promise<boolean> {
  const asked = run('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { ...user, cwd: '/' });
  return asked.then(() => true).catch(() => false);
}
