import { GivenUp } from '@loam/jobs';
import type { CatalogMirror, Turn } from './catalog-mirror';
import { PushRejected } from './mirror-repository';

/** Brings a mirror up to date, and says when that fails. @throws GivenUp where a remote will not have it */
export async function bringTold(
  mirror: CatalogMirror,
  turn: Turn,
  log: { warn(facts: object, message: string): void },
): Promise<void> {
  try {
    await mirror.bring(turn);
  } catch (err) {
    if (!turn.signal.aborted) log.warn({ err, slug: turn.slug }, 'the git mirror is not up to date');
    throw err instanceof PushRejected ? new GivenUp(err.message, { cause: err }) : err;
  }
}
