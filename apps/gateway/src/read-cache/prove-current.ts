import { GetBacklog } from '@loam/contracts/reading';
import { uuidv7 } from '@loam/kernel';
import type { Bus, EventWatch } from '@loam/messaging';
import type { ReadCache } from './read-cache';

const EVERY_MS = 1000;

interface ProofParts {
  readonly bus: Bus;
  readonly watch: Pick<EventWatch, 'hasSeenAll'>;
  readonly cache: Pick<ReadCache<unknown>, 'prove'>;
}

/**
 * Whether this process has seen every event that registry had committed when it was asked: all of them are in the
 * stream, and all of the stream has come.
 */
async function isProven({ bus, watch }: Omit<ProofParts, 'cache'>): Promise<boolean> {
  const identity = {
    tenant: null,
    actor: { type: 'service', id: 'gateway' },
    scopes: ['skills:read'],
  } as const;
  const backlog = await bus.request(GetBacklog, {}, { identity, correlationId: uuidv7() });
  return backlog.ok && backlog.value.events === 0 && (await watch.hasSeenAll());
}

/** Proves each second, if it can, that what is kept still holds; the answer ends it. */
export function proveCurrent({ bus, watch, cache }: ProofParts): () => void {
  let underWay = false;
  const timer = setInterval(() => {
    if (underWay) return;
    underWay = true;
    const asked = Date.now();
    isProven({ bus, watch })
      .then((proven) => {
        if (proven) cache.prove(asked);
      })
      // The broker is away; then nothing is given anyway.
      .catch(() => undefined)
      .finally(() => {
        underWay = false;
      });
  }, EVERY_MS);
  return () => {
    clearInterval(timer);
  };
}
