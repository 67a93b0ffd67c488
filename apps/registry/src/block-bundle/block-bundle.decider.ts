import { fact } from '@loam/contracts/define';
import { BundleBlocked, BundleUnblocked } from '@loam/contracts/registry';
import { accept, type Decider } from '@loam/kernel';
import { evolveBundle, freeBundle, type BundleEvent, type BundleState } from '../bundle.stream';

interface Switch {
  readonly sha256: string;
  readonly reason: string;
}

/** Blocking what is blocked changes nothing, its reason included. */
export const blockBundle: Decider<Switch, BundleState, BundleEvent, never> = {
  initial: freeBundle,
  evolve: evolveBundle,
  decide: (command, { status }) =>
    status === 'blocked' ? accept() : accept<BundleEvent>(fact(BundleBlocked, command)),
};

export const unblockBundle: Decider<Switch, BundleState, BundleEvent, never> = {
  initial: freeBundle,
  evolve: evolveBundle,
  decide: (command, { status }) =>
    status === 'free' ? accept() : accept<BundleEvent>(fact(BundleUnblocked, command)),
};
