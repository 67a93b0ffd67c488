import fc from 'fast-check';
import { hashingVector } from './hashing-embedding';
import { quantise, Vectors } from './vectors';

const vector = (dimensions: number) =>
  fc.array(fc.integer({ min: -127, max: 127 }), { minLength: dimensions, maxLength: dimensions });

const cosine = (a: readonly number[], b: readonly number[]): number => {
  const dot = a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
  return dot / (Math.hypot(...a) * Math.hypot(...b));
};

describe('the scan of vectors', () => {
  it.each([1, 15, 16, 40, 384])('gives every cosine exactly, with %i dimensions', (dimensions) => {
    fc.assert(
      fc.property(fc.array(vector(dimensions), { maxLength: 40 }), vector(dimensions), (all, query) => {
        const vectors = new Vectors(dimensions);
        all.forEach((each, doc) => {
          vectors.set(doc * 2, Int8Array.from(each));
        });
        const found = new Map<number, number>();
        vectors.scan(Int8Array.from(query), (doc, similarity) => found.set(doc, similarity));
        const isZero = query.every((value) => value === 0);
        all.forEach((each, doc) => {
          if (isZero || each.every((value) => value === 0)) expect(found.has(doc * 2)).toBe(false);
          else expect(found.get(doc * 2)).toBeCloseTo(cosine(each, query), 5);
        });
        expect([...found.keys()].every((doc) => doc % 2 === 0)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('goes through more than one batch and grows on the way', () => {
    const vectors = new Vectors(20);
    for (let doc = 0; doc < 20_000; doc += 1)
      vectors.set(
        doc,
        Int8Array.from({ length: 20 }, (_, i) => ((doc * 7 + i * 13) % 255) - 127),
      );
    let count = 0;
    vectors.scan(
      Int8Array.from({ length: 20 }, () => 1),
      () => (count += 1),
    );
    expect(count).toBe(20_000);
    expect(vectors.get(19_999)?.[3]).toBe(((19_999 * 7 + 39) % 255) - 127);
  });

  it('keeps nearly all of the angle in 8 bits', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 4, maxLength: 80 }),
        fc.string({ minLength: 4, maxLength: 80 }),
        (a, b) => {
          const [x, y] = [hashingVector(a), hashingVector(b)];
          const vectors = new Vectors(x.length);
          vectors.set(0, quantise(x));
          const exact = x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
          const approximate = vectors.cosine(0, quantise(y));
          if (approximate !== null) expect(Math.abs(approximate - exact)).toBeLessThan(0.02);
        },
      ),
    );
  });
});

describe('hashing vectors', () => {
  const similarity = (a: string, b: string): number => {
    const vectors = new Vectors(256);
    vectors.set(0, quantise(hashingVector(a)));
    return vectors.cosine(0, quantise(hashingVector(b))) ?? 0;
  };

  it('are close where texts have words or parts of words in common', () => {
    const text = 'extract tables from pdf files';
    expect(similarity(text, text)).toBeCloseTo(1, 2);
    expect(similarity(text, 'extracting a table of a PDF')).toBeGreaterThan(0.5);
    expect(similarity(text, 'plan a sprint with the team')).toBeLessThan(0.3);
  });

  it('are the same on every machine', () => {
    expect(Array.from(quantise(hashingVector('writing changelogs')).slice(0, 6))).toMatchInlineSnapshot(`
     [
       0,
       0,
       0,
       0,
       0,
       0,
     ]
    `);
  });

  it('of a text without words are nothing', () => {
    expect(hashingVector('… !').every((value) => value === 0)).toBe(true);
  });
});
