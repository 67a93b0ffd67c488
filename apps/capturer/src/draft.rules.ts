import type { Scan } from '@loam/contracts/registry';
import { reject, type Rejection } from '@loam/kernel';
import type { Draft, DraftState } from './draft.stream';

/** The draft as long as it awaits its end, and as it was read; or why nothing can be decided about it. */
export function openDraft(
  state: DraftState,
  ifRevision: number | null,
): Draft | Rejection<'draft-not-found' | 'draft-not-pending' | 'revision-stale'> {
  switch (state.status) {
    case 'unknown':
      return reject('draft-not-found', 'There is no such draft.');
    case 'publishing':
    case 'published':
    case 'discarded':
      return reject('draft-not-pending', `The draft is ${state.status} already.`);
    case 'pending':
    case 'changes-requested':
    case 'approved':
      return asRead(state.draft, ifRevision) ?? state.draft;
  }
}

/** Why a decision about what was read at that revision is none about the draft as it is. */
function asRead({ revision }: Draft, ifRevision: number | null): Rejection<'revision-stale'> | undefined {
  if (ifRevision === null || ifRevision === revision) return undefined;
  return reject('revision-stale', `The draft is at revision ${String(revision)} by now. Read it again.`);
}

/** Whether somebody who wrote none of it is content with it, or would be the one who says so now. */
export const hasSecondPerson = ({ authors, approvers }: Draft, by: string): boolean =>
  [...approvers, by].some((actor) => !authors.includes(actor));

/** Why a flagged draft does not go on: nobody has said that they have seen what it is flagged with. */
export function unseenFlags({ flags }: Draft, acknowledged: boolean): Rejection<'draft-flagged'> | undefined {
  if (acknowledged || flags.length === 0) return undefined;
  return reject(
    'draft-flagged',
    `The draft is flagged: ${flags.join(', ')}. Read its evidence; acknowledge_flags says that you have.`,
    '/acknowledge_flags',
  );
}

const MOST_ERRORS = 20;

/** A draft is read by many before it is published: what is a secret for certain does not get into one. */
export function findSecret(scan: Pick<Scan, 'findings'> | null): Rejection<'draft-holds-secret'> | undefined {
  const secrets = (scan?.findings ?? []).filter(
    ({ layer, severity }) => layer === 'secret' && severity === 'block',
  );
  if (secrets.length === 0) return undefined;
  return {
    rejected: 'draft-holds-secret',
    detail: 'The safety gate found what is a secret for certain. Take it out, and have it revoked.',
    errors: secrets.slice(0, MOST_ERRORS).map(({ rule, message, file, line }) => ({
      ...{ code: rule, detail: message },
      pointer: line === null ? file : `${file}:${String(line)}`,
    })),
  };
}
