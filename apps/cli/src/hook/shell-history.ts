import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { stemOf } from '@loam/capture';
import { redact } from '@loam/redaction';
import type { Env } from './places';

/** Of each file, from its end, in bytes. */
const LOOKED_AT = 5 * 1024 * 1024;
/** Before a command: when it ran and how long, in a history of zsh. */
const ZSH_TIME = /^: \d{1,12}:\d{1,9};/;

function tailOf(path: string): string {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return '';
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const bytes = Buffer.alloc(Math.min(size, LOOKED_AT));
    const length = readSync(file, bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString('utf8', 0, length);
  } finally {
    closeSync(file);
  }
}

/** The stems of the commands in the histories of bash and zsh, as those of a transcript read; kept nowhere. */
export function typedStems(env: Env): ReadonlySet<string> {
  const home = env['HOME'] || homedir();
  const files = [env['HISTFILE'] ?? '', join(home, '.bash_history'), join(home, '.zsh_history')];
  const stems = files.flatMap((file) => {
    try {
      return tailOf(file)
        .split('\n')
        .filter((line) => !line.startsWith('#'))
        .map((line) => stemOf(line.replace(ZSH_TIME, '')));
    } catch {
      return [];
    }
  });
  return new Set([...new Set(stems)].filter((stem) => stem !== '').map((stem) => redact(stem)));
}
