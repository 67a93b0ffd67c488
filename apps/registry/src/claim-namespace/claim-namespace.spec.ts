import { NamespaceClaimed, NamespaceReleased } from '@loam/contracts/names';
import { specification } from '@loam/testing';
import { claimNamespace } from './claim-namespace.decider';

const { given } = specification(claimNamespace);
const claimed = (...owners: string[]) => ({
  type: NamespaceClaimed.name,
  data: { prefix: 'payments', owners },
});
const prefix = 'payments';

describe('a namespace', () => {
  it('is claimed for owners, each once', () => {
    given()
      .when({ prefix, owners: ['b', 'a', 'b'] })
      .then(claimed('a', 'b'));
  });
  it('goes over to other owners', () => {
    given(claimed('a'))
      .when({ prefix, owners: ['b'] })
      .then(claimed('b'));
  });
  it('stays as it is for the same owners', () => {
    given(claimed('a', 'b'))
      .when({ prefix, owners: ['b', 'a'] })
      .thenNothingHappens();
  });
  it('is opened again, once', () => {
    const released = { type: NamespaceReleased.name, data: { prefix } };
    given(claimed('a')).when({ prefix, owners: [] }).then(released);
    given(claimed('a'), released).when({ prefix, owners: [] }).thenRefused('namespace-not-found');
  });
});
