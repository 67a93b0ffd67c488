import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';

export type Env = Readonly<Record<string, string | undefined>>;

const under = (env: Env, variable: string, otherwise: string): string =>
  join(env[variable] || join(env['HOME'] || homedir(), otherwise), 'loam');

/** Where variables choose the server, what waits for it must not reach another. */
function serverOf({ LOAM_URL = '', LOAM_TENANT = '' }: Env): string {
  if (LOAM_URL === '' && LOAM_TENANT === '') return 'default';
  return createHash('sha256').update(`${LOAM_URL} ${LOAM_TENANT}`).digest('hex').slice(0, 16);
}

/**
 * Where the hooks keep what they are to send, and what they need to remember. One place for all ways of installing
 * them, so that every session's hooks, the sender and `loam hook doctor` look at the same.
 */
export function placesOf(env: Env) {
  const state = join(under(env, 'XDG_STATE_HOME', '.local/state'), 'hooks', serverOf(env));
  return {
    state,
    /** Where hooks append. */
    current: join(state, 'spool/current.jsonl'),
    spool: join(state, 'spool'),
    /** One byte for each event that found no room. */
    dropped: join(state, 'dropped'),
    /** One byte for each payload that was too large to be read. */
    tooLarge: join(state, 'too-large'),
    /** A file for each hook, written whenever it is called. */
    fired: join(state, 'fired'),
    /** The same for calls that came by way of the plugin. */
    firedByPlugin: join(state, 'fired-by-plugin'),
    /** What the sender knows of its last attempt. */
    sending: join(state, 'sending.json'),
    lock: join(state, 'sender.lock'),
    transcripts: join(state, 'transcripts'),
    /** Which commands ran here before, as hashes. */
    commands: join(state, 'commands'),
    /** What this person wants of the hooks. */
    wishes: join(under(env, 'XDG_CONFIG_HOME', '.config'), 'hooks.json'),
  };
}
export type Places = ReturnType<typeof placesOf>;

/** What a project wants of the hooks. */
export const projectWishes = (folder: string): string => join(folder, '.claude/loam.json');
