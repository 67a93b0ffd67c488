import { meaningText } from '@loam/search';
import { loadDuplicatePairs } from '@loam/testing';
import { hashingEmbeddings } from './hashing';

const { signal } = new AbortController();

async function cosine(
  ...items: readonly { readonly slug: string; readonly description: string }[]
): Promise<number> {
  const texts = items.map((item) => meaningText({ ...item, name: '', whenToUse: '', tags: [] }));
  const [one, other] = await hashingEmbeddings.embed(texts, signal);
  return (one ?? new Float32Array()).reduce((sum, value, at) => sum + value * (other?.[at] ?? 0), 0);
}

it.each(['tuning', 'held-out'] as const)(
  'hashed vectors tell items that say the same from those of one topic (%s pairs)',
  async (part) => {
    const judged = await Promise.all(
      loadDuplicatePairs(part).map(async ({ same, one, other }) => ({
        expected: same,
        found: (await cosine(one, other)) >= hashingEmbeddings.duplicate,
      })),
    );
    expect(judged.length).toBeGreaterThanOrEqual(12);
    expect(judged.filter(({ expected, found }) => expected !== found)).toEqual([]);
  },
);
