import { createHash, randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { exists, readIfThere } from './files';
import { canEnter, postgresUser, type SystemUser } from './system-user';

/** Where root puts data that was asked for in a folder closed to other users. Only root can write here. */
const elsewhere = '/var/lib/loam';

/** The folder of one Postgres: `data` (made by initdb), `password` (of the superuser), `log`. */
export interface PostgresHome {
  readonly path: string;
  readonly data: string;
  readonly passwordFile: string;
  readonly password: string;
  readonly user: SystemUser | undefined;
}

/**
 * Makes the folder of a Postgres, or opens the existing one. When this process is root and the user that runs Postgres
 * cannot enter the requested place, the folder is made under /var/lib/loam and `dataDir` is a symbolic link to it.
 */
export async function openPostgresHome(dataDir: string): Promise<PostgresHome> {
  const requested = resolve(dataDir);
  await mkdir(dirname(requested), { recursive: true });
  const user = await postgresUser(join(requested, 'data'));
  if (!(await exists(requested))) {
    // A link to a folder that has been deleted.
    await rm(requested, { force: true });
    await makeHome(requested, user);
  }
  const path = await realpath(requested);
  const passwordFile = join(path, 'password');
  const password = (await readIfThere(passwordFile))?.trim() ?? (await makePassword(passwordFile, user));
  return { path, data: join(path, 'data'), passwordFile, password, user };
}

/** Removes what `startPostgres` keeps for this `dataDir`, wherever it is. The server must have been stopped. */
export async function removePostgresData(dataDir: string): Promise<void> {
  const target = await realpath(dataDir).catch(() => undefined);
  if (target !== undefined) await rm(target, { recursive: true, force: true });
  await rm(dataDir, { recursive: true, force: true });
}

async function makeHome(requested: string, user: SystemUser | undefined): Promise<void> {
  if (user === undefined || (await canEnter(dirname(requested), user))) {
    await mkdir(requested, { mode: 0o700 });
    if (user !== undefined) await chown(requested, user.uid, user.gid);
    return;
  }
  const name = createHash('sha256').update(requested).digest('hex').slice(0, 16);
  const home = join(elsewhere, name);
  // What is left there belonged to a folder that has been deleted since.
  await rm(home, { recursive: true, force: true });
  await mkdir(elsewhere, { recursive: true });
  // Whatever the umask is.
  await chmod(elsewhere, 0o755);
  await mkdir(home, { mode: 0o700 });
  await chown(home, user.uid, user.gid);
  await symlink(home, requested);
}

async function makePassword(file: string, user: SystemUser | undefined): Promise<string> {
  const password = randomBytes(24).toString('hex');
  await writeFile(file, `${password}\n`, { mode: 0o600 });
  if (user !== undefined) await chown(file, user.uid, user.gid);
  return password;
}
