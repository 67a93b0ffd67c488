import { NamespaceClaimed, NamespaceReleased } from '@loam/contracts/names';
import { accept, reject, type Decider } from '@loam/kernel';
import { evolveNamespace, type NamespaceEvent, type NamespaceState } from '../namespace.stream';

interface Claim {
  readonly prefix: string;
  /** Who is to own it; nobody to open it again. */
  readonly owners: readonly string[];
}

export const claimNamespace: Decider<Claim, NamespaceState, NamespaceEvent, 'namespace-not-found'> = {
  initial: null,
  evolve: evolveNamespace,
  decide: ({ prefix, owners }, state) => {
    const next = [...new Set(owners)].sort();
    if (next.length === 0)
      return state === null
        ? reject('namespace-not-found', `Nobody has claimed ${prefix}.`)
        : accept({ type: NamespaceReleased.name, data: { prefix } });
    if (state?.join('\n') === next.join('\n')) return accept();
    return accept({ type: NamespaceClaimed.name, data: { prefix, owners: next } });
  },
};
