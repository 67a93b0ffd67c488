import { uuidv7 } from '@loam/kernel';
import { bundleKey, isStagedFor, stagingKey } from './keys';

describe('a staging key', () => {
  const tenant = uuidv7();

  it('belongs to the tenant it was made for', () => {
    expect(isStagedFor(tenant, stagingKey(tenant))).toBe(true);
    expect(isStagedFor(uuidv7(), stagingKey(tenant))).toBe(false);
  });
  it('is nothing else, so that no command can name a published bundle', () => {
    expect(isStagedFor(tenant, bundleKey('a'.repeat(64)))).toBe(false);
    expect(isStagedFor(tenant, `staging/${tenant}/../../registry`)).toBe(false);
  });
});
