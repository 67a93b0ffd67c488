import { randomUUID } from 'node:crypto';
import { archived, callOf, published, testDecay, used, type TestDecay } from '../decay.fixtures';
import { ListCandidatesController } from './list-candidates.controller';

describe('decay candidates', () => {
  let decay: TestDecay;
  beforeAll(async () => (decay = await testDecay()));
  afterAll(() => decay.server.close());

  const list = (tenant: string, { days = 30, maxUses = 3, limit = 100 } = {}) =>
    new ListCandidatesController(decay.database, () => new Date('2026-06-01T00:00:00Z')).list(
      { days, maxUses, limit },
      callOf(tenant),
    );
  const slugs = async (...said: Parameters<typeof list>) => (await list(...said)).map(({ slug }) => slug);

  it('are live skills that were hardly used and not lately: never used ones first, then the oldest use', async () => {
    const tenant = randomUUID();
    const publish = (slug: string, at: string) => decay.deliver(published(tenant, '1.0.0', { slug, at }));
    await publish('used-often', '2026-01-01T00:00:00Z');
    await publish('used-lately', '2026-01-02T00:00:00Z');
    await publish('used-once', '2026-01-03T00:00:00Z');
    await publish('used-earlier', '2026-01-04T00:00:00Z');
    await publish('unused-younger', '2026-01-06T00:00:00Z');
    await publish('unused-older', '2026-01-05T00:00:00Z');
    await decay.deliver(published(tenant, '1.0.0', { kind: 'agent', slug: 'an-agent' }));
    await decay.deliver(used(tenant, 3, { slug: 'used-often', day: '2026-02-01' }));
    await decay.deliver(used(tenant, 1, { slug: 'used-lately', day: '2026-05-20' }));
    await decay.deliver(used(tenant, 1, { slug: 'used-once', day: '2026-02-03' }));
    await decay.deliver(used(tenant, 2, { slug: 'used-earlier', day: '2026-02-02' }));
    const all = ['unused-older', 'unused-younger', 'used-earlier', 'used-once'];
    expect(await slugs(tenant)).toEqual(all);
    expect(await slugs(tenant, { limit: 3 })).toEqual(all.slice(0, 3));
    expect(await slugs(tenant, { maxUses: 1 })).toEqual(all.slice(0, 2));
    expect(await slugs(tenant, { days: 10 })).toEqual([...all, 'used-lately']);
    expect(await slugs(tenant, { maxUses: 0 })).toEqual([]);
    expect(await slugs(randomUUID())).toEqual([]);
  });

  it('show the latest live version, and go when none is left', async () => {
    const tenant = randomUUID();
    await decay.deliver(published(tenant, '1.0.0'));
    await decay.deliver(published(tenant, '2.0.0', { at: '2026-02-01T00:00:00Z' }));
    const candidate = { slug: 'a-skill', useCount: 0, lastUsedAt: null };
    const second = {
      version: '2.0.0',
      description: 'what 2.0.0 does',
      createdAt: '2026-02-01T00:00:00.000Z',
    };
    expect(await list(tenant)).toEqual([{ ...candidate, ...second }]);
    await decay.deliver(archived(tenant, 1, '2.0.0'));
    expect(await list(tenant)).toMatchObject([{ version: '1.0.0', description: 'what 1.0.0 does' }]);
    await decay.deliver(archived(tenant, 2, '1.0.0'));
    expect(await list(tenant)).toEqual([]);
  });

  it('count use that was heard of before the skill was', async () => {
    const tenant = randomUUID();
    await decay.deliver(used(tenant, 2));
    expect(await list(tenant)).toEqual([]);
    await decay.deliver(published(tenant, '1.0.0'));
    expect(await list(tenant)).toMatchObject([{ useCount: 2, lastUsedAt: '2026-01-02T00:00:02.000Z' }]);
  });
});
