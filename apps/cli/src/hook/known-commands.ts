import { createHmac, randomBytes } from 'node:crypto';
import { renameSync } from 'node:fs';
import { stemOf, type TranscriptRecord } from '@loam/capture';
import { textOf } from './json';
import type { Env, Places } from './places';
import { typedStems } from './shell-history';
import { writePrivately } from './spool';
import { mayReadHistory } from './wishes';

/** Kinds of commands that are remembered; of more, those that were not seen for the longest time go. */
export const MOST_KNOWN = 5000;
/** Kinds of commands of one session that are judged. */
const MOST_OF_A_SESSION = 2000;
/** 32 random bytes in base64url. */
const KEY = /^[\w-]{43}$/;

/** What each command of a session was found to be when it first came, by its hash: true for one that was novel. */
export type Verdicts = Map<string, boolean>;

/**
 * The kinds of commands that ran in earlier sessions on this machine, as hashes under a key that never leaves it. The
 * file holds the key in its first line, and behind it the hashes, the last seen last.
 */
export function knownCommands({ commands: file }: Places, env: Env) {
  const [line = '', ...hashes] = (textOf(file) ?? '').split('\n').filter((each) => each !== '');
  const hasKey = KEY.test(line);
  const key = hasKey ? line : randomBytes(32).toString('base64url');
  let seen = new Set(hasKey ? hashes : []);
  let typed: ReadonlySet<string> | undefined;
  const keep = (): void => {
    writePrivately(`${file}.new`, `${[key, ...seen].join('\n')}\n`);
    renameSync(`${file}.new`, file);
  };
  if (!hasKey) keep();

  const isNovel = (stem: string, hash: string): boolean => {
    if (seen.has(hash)) return false;
    typed ??= mayReadHistory(env) ? typedStems(env) : new Set();
    // Where nothing is known, everything would be novel, and so nothing is.
    return seen.size + typed.size > 0 && !typed.has(stem);
  };

  return {
    /** The record, told novel where it is; what a session was told once stays so, or its bytes would change. */
    judge(record: TranscriptRecord, verdicts: Verdicts): TranscriptRecord {
      if (record.kind !== 'call') return record;
      const { novel: _notOurs, ...call } = record;
      const stem = call.tool === 'Bash' ? stemOf(call.target) : '';
      if (stem === '') return call;
      const hash = createHmac('sha256', key).update(stem).digest('base64url').slice(0, 22);
      const verdict = verdicts.get(hash) ?? (verdicts.size < MOST_OF_A_SESSION && isNovel(stem, hash));
      if (verdicts.size < MOST_OF_A_SESSION) verdicts.set(hash, verdict);
      return verdict ? { ...call, novel: true } : call;
    },
    /** From now on the commands of a session that has ended are known. */
    learn(verdicts: Verdicts): void {
      const own = new Set(verdicts.keys());
      seen = new Set([...[...seen].filter((hash) => !own.has(hash)), ...own].slice(-MOST_KNOWN));
      keep();
    },
  };
}
export type KnownCommands = ReturnType<typeof knownCommands>;
