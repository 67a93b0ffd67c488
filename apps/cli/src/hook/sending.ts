import { statSync } from 'node:fs';
import { parseFields, textOf } from './json';
import type { Places } from './places';

/** What is remembered of the last attempt to send. */
export interface Sending {
  /** When something was accepted last; null before. */
  readonly sentAt: string | null;
  /** Why the last attempt ended early; null where it went well. */
  readonly error: string | null;
  /** How many attempts in a row ended early. */
  readonly failures: number;
  /** Unless a session starts, there is no attempt before this; Unix time in ms. */
  readonly notBefore: number;
  /** How many events the server will never take. */
  readonly refused: number;
}

const number = (value: unknown): number => (typeof value === 'number' ? value : 0);
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** Reads what was remembered; nothing, where that cannot be read. */
export function sendingOf(written: string | undefined): Sending {
  const fields = readLeniently(written ?? '{}');
  return {
    sentAt: text(fields['sentAt']),
    error: text(fields['error']),
    failures: number(fields['failures']),
    notBefore: number(fields['notBefore']),
    refused: number(fields['refused']),
  };
}

function readLeniently(written: string) {
  try {
    return parseFields(written);
  } catch {
    return {};
  }
}

/** A sender touches its lock more often than this, in ms; one that does not is gone. */
const LOCK_MS = 120_000;

/** Whether there is a process of this number; one that is not ours is one too. */
function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Whether a sender is at work. A lock without a number was made just now, and its number is still to be written. */
export function isLocked({ lock }: Places, now: Date): boolean {
  const stats = statSync(lock, { throwIfNoEntry: false });
  if (stats === undefined || now.getTime() - stats.mtimeMs >= LOCK_MS) return false;
  const pid = Number(textOf(lock) ?? '');
  return !Number.isSafeInteger(pid) || pid <= 0 || lives(pid);
}
