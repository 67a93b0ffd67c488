import { BundleBlocked, BundleUnblocked } from '@loam/contracts/registry';
import { specification } from '@loam/testing';
import { blockBundle, unblockBundle } from './block-bundle.decider';

const command = { sha256: 'a'.repeat(64), reason: 'it phones home' };
const blocked = { type: BundleBlocked.name, data: command };
const unblocked = { type: BundleUnblocked.name, data: command };

describe('the kill switch of some bytes', () => {
  it('is switched on once', () => {
    specification(blockBundle).given().when(command).then(blocked);
    specification(blockBundle)
      .given(blocked)
      .when({ ...command, reason: 'other' })
      .thenNothingHappens();
  });

  it('is switched off where it is on, and on again', () => {
    specification(unblockBundle).given(blocked).when(command).then(unblocked);
    specification(unblockBundle).given().when(command).thenNothingHappens();
    specification(blockBundle).given(blocked, unblocked).when(command).then(blocked);
  });
});
