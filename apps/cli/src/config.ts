import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { usageFailure } from './failure';
import type { Connection } from './remote/request';
import type { World } from './world';

type Surroundings = Pick<World, 'env' | 'cwd'>;

const storedSchema = z.object({ url: z.url(), tenant: z.string(), token: z.string() });
export type Stored = z.output<typeof storedSchema>;
/** Any of it, as the command line says it. */
type Flags = { readonly [K in keyof Stored]?: Stored[K] | undefined };

/** The file that `loam login` writes. */
export const configFile = ({ env }: Surroundings): string =>
  join(env['XDG_CONFIG_HOME'] || join(env['HOME'] || homedir(), '.config'), 'loam/config.json');

async function read(file: string): Promise<Stored | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return storedSchema.parse(JSON.parse(text));
  } catch {
    throw usageFailure(`${file} is not what loam writes there.`, 'Remove it and run `loam login` again.');
  }
}

/** What a `npm start` in this folder, or one above it, leaves for the CLI. */
function standaloneFile({ env, cwd }: Surroundings): string | undefined {
  if (env['LOAM_HOME']) return join(env['LOAM_HOME'], 'standalone.json');
  for (let folder = cwd; ; folder = dirname(folder)) {
    const file = join(folder, '.loam/standalone.json');
    if (existsSync(file)) return file;
    if (dirname(folder) === folder) return undefined;
  }
}

const isLoopback = (url: string): boolean =>
  ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);

/** A file in some folder may point at this machine only: folders come from anywhere. */
async function readStandalone(surroundings: Surroundings): Promise<Stored | undefined> {
  const file = standaloneFile(surroundings);
  const stored = file === undefined ? undefined : await read(file);
  return stored !== undefined && isLoopback(stored.url) ? stored : undefined;
}

/** What the command line and the variables say; an empty text says nothing. */
const said = (flags: Flags, { env }: Surroundings): Flags => ({
  url: flags.url || env['LOAM_URL'] || undefined,
  tenant: flags.tenant || env['LOAM_TENANT'] || undefined,
  token: flags.token || env['LOAM_TOKEN'] || undefined,
});

const isHttp = (url: string): boolean => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
const belongingTo = (url: string, stored: Stored | undefined): Flags =>
  stored !== undefined && new URL(stored.url).origin === new URL(url).origin ? stored : {};

/**
 * Where to connect: each of address, tenant and token from its flag, else its variable, else what `loam login` saved,
 * else a standalone Loam nearby. Tenant and token of a file belong to the address of that file and go nowhere else.
 */
export async function connection(flags: Flags, surroundings: Surroundings): Promise<Connection> {
  const chosen = said(flags, surroundings);
  const stored = (await read(configFile(surroundings))) ?? (await readStandalone(surroundings));
  const url = chosen.url ?? stored?.url;
  if (url === undefined)
    throw usageFailure('No Loam server is known.', 'Run `npm start` here, or `loam login --url https://…`.');
  if (!isHttp(url)) throw usageFailure(`"${url}" is not an http(s) address.`);
  const own = belongingTo(url, stored);
  // A token has one tenant: that of the stored token need not be that of another.
  if (chosen.token !== undefined) return { url, tenant: chosen.tenant, token: chosen.token };
  return { url, tenant: chosen.tenant ?? own.tenant, token: own.token };
}

/** Saves it for the owner's eyes only, in one move. */
export async function save(stored: Stored, surroundings: Surroundings): Promise<string> {
  const file = configFile(surroundings);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, `${JSON.stringify(stored, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  await rename(draft, file);
  return file;
}
