import type { Place, TranscriptRecord } from '@loam/capture';
import { type Done, doneIn } from './extractive/steps';
import type { Support } from './lesson';

type Claim = Support['claim'];

const MOST = 60;

function claimOf({ outcome, is }: Done): Claim {
  if (outcome !== 'passed') return outcome === 'failed' ? 'failed' : 'command';
  return is === 'change' ? 'file' : is === 'look' ? 'showed' : 'worked';
}

const CLAIMS = { prompt: 'problem', said: 'why', call: 'command', result: 'command' } as const;

/** Says which statement of a lesson each of these places of a session supports; each once, at most 60. */
export function supportsOf(records: readonly TranscriptRecord[], places: readonly Place[]): Support[] {
  const claims = new Map<string, Claim>(records.map(({ uuid, kind }) => [uuid, CLAIMS[kind]]));
  for (const done of doneIn(records)) {
    const claim = claimOf(done);
    claims.set(done.call.uuid, claim);
    claims.set(records[done.at]?.uuid ?? done.call.uuid, claim);
  }
  const each = new Map(places.map(({ uuid, offset }) => [uuid, offset]));
  return [...each]
    .slice(0, MOST)
    .map(([uuid, offset]) => ({ uuid, offset, claim: claims.get(uuid) ?? 'command' }));
}
