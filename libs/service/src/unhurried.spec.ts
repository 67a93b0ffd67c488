import type { Publisher } from '@loam/event-store';
import { unhurried } from './unhurried';

const REST_MS = 40;
const publisherThat = (publish: Publisher['publish']): Publisher => ({
  ...{ publishes: () => true, isStale: () => false, begin: () => Promise.resolve(null), publish },
});

describe('a publisher that takes its time', () => {
  it('publishes at once and rests then, so that more can gather', async () => {
    const began = performance.now();
    let published = Infinity;
    const publisher = publisherThat(() => {
      published = performance.now() - began;
      return Promise.resolve();
    });
    await unhurried(publisher, REST_MS).publish([]);
    const ended = performance.now() - began;
    expect(published).toBeLessThan(ended - REST_MS / 2);
  });

  it('tells at once that something could not be published', async () => {
    const publisher = publisherThat(() => Promise.reject(new Error('the broker is away')));
    await expect(unhurried(publisher, 1_000_000).publish([])).rejects.toThrow('away');
  });
});
