import { rmSync, unlinkSync, utimesSync, writeFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Places } from './places';
import { isLocked } from './sending';

/**
 * Becomes the one sender, unless there is one. Two that take over from a dead one at the same moment may both send;
 * then the ids of the events keep them single.
 */
export function takeLock(places: Places): boolean {
  mkdirSync(dirname(places.lock), { recursive: true, mode: 0o700 });
  if (!isLocked(places, new Date())) rmSync(places.lock, { force: true });
  try {
    writeFileSync(places.lock, String(process.pid), { flag: 'wx', mode: 0o600 });
    return true;
  } catch {
    return false;
  }
}

/** Says that the sender is still at work. */
export const keepLock = ({ lock }: Places): void => {
  const now = new Date();
  utimesSync(lock, now, now);
};

export const giveLockBack = ({ lock }: Places): void => {
  unlinkSync(lock);
};
