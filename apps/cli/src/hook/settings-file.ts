import { randomBytes } from 'node:crypto';
import { lstat, mkdir, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { refusal } from '../failure';
import type { World } from '../world';
import { BrokenSettings, type Program } from './settings';

export const scopes = ['project', 'user'] as const;
export type SettingsScope = (typeof scopes)[number];

/** The settings of Claude Code: those of this folder, or those of this person. */
export const settingsFile = (scope: SettingsScope, { env, cwd }: Pick<World, 'env' | 'cwd'>): string =>
  scope === 'project'
    ? join(cwd, '.claude/settings.json')
    : join(env['CLAUDE_CONFIG_DIR'] || join(env['HOME'] || homedir(), '.claude'), 'settings.json');

/**
 * How the hooks of a scope start us. A project's settings are for everybody who has the project, so that they name the
 * command; a person's own need no PATH.
 */
export function programFor(scope: SettingsScope): Program {
  const program = process.argv[1];
  return scope === 'project' || program === undefined
    ? { command: 'loam', args: [] }
    : { command: 'node', args: [program] };
}

/** What stands in a file, empty where there is none. */
export async function settingsText(file: string): Promise<string> {
  const there = await lstat(file).catch(() => undefined);
  return there === undefined ? '' : readFile(file, 'utf8');
}

/** Changes a file in one move, at the end of the links that lead to it; it keeps its mode. @throws Failure */
export async function changeSettings(file: string, change: (text: string) => string): Promise<boolean> {
  try {
    const before = await settingsText(file);
    const after = change(before);
    if (after === before) return false;
    await replace(file, after);
    return true;
  } catch (error) {
    if (!(error instanceof BrokenSettings)) throw error;
    throw refusal('settings-broken', `${file} is left as it is: ${error.message}.`, 'Mend it and try again.');
  }
}

async function replace(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const target = await realpath(file).catch(() => file);
  const mode = await stat(target).then(
    (stats) => stats.mode & 0o777,
    () => 0o600,
  );
  const draft = `${target}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, text, { mode, flag: 'wx' });
  await rename(draft, target);
}
