import { Refused } from '@loam/messaging';
import { EventQuota } from './event-quota';

describe('the quota of events', () => {
  let now = 0;
  const quota = new EventQuota(100, () => now);
  const take = (tenant: string, events: number) => {
    const headers = new Map<string, string>();
    try {
      quota.take(tenant, events, (name, value) => headers.set(name, value));
      return { headers, failure: undefined };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return { headers, failure: error.failure };
    }
  };

  it('ING-14 lets a tenant report what it may, says what is left, and when there will be more', () => {
    expect(take('noisy', 150).headers.get('ratelimit')).toBe('"events";r=50;t=2');
    expect(take('noisy', 50).headers.get('ratelimit-policy')).toBe('"events";q=200;w=2');
    expect(take('noisy', 10).failure).toMatchObject({ code: 'rate-limited', retryAfterSeconds: 0.1 });
    expect(take('quiet', 10).failure).toBeUndefined();
    now += 100;
    expect(take('noisy', 10).failure).toBeUndefined();
  });

  it('takes a batch that is larger than all it may when all is there, and then makes it wait longer', () => {
    expect(take('large', 1000).failure).toBeUndefined();
    expect(take('large', 1).failure).toMatchObject({ code: 'rate-limited', retryAfterSeconds: 8.01 });
  });
});
