import { BundleProblem } from './problem';

/** What an extended header says in place of the header that follows it. */
export interface Overrides {
  readonly name?: Buffer;
  readonly size?: number;
}

const corrupt = (detail: string): BundleProblem => new BundleProblem('bundle-corrupt', detail);

/** The body of a GNU long name header: the name and a NUL. */
export function readLongName(body: Buffer): Overrides {
  return { name: body.at(-1) === 0 ? body.subarray(0, -1) : body };
}

/** The pairs of a PAX header, each `length SP key = value LF` where the length counts the whole. */
function* paxPairs(body: Buffer): Generator<[key: string, value: Buffer]> {
  for (let at = 0; at < body.length;) {
    const space = body.indexOf(' ', at);
    const digits = body.toString('latin1', at, space);
    const next = at + Number(digits);
    const equals = body.indexOf('=', space);
    const whole =
      space !== -1 && /^[1-9]\d{0,8}$/.test(digits) && next <= body.length && body[next - 1] === 0x0a;
    if (!whole || equals === -1 || equals >= next) throw corrupt('An extended header cannot be read.');
    yield [body.toString('utf8', space + 1, equals), body.subarray(equals + 1, next - 1)];
    at = next;
  }
}

/**
 * Reads a PAX header. Of the keys, `path` and `size` matter; links show in the type of the record, times and owners
 * are dropped. A global header may hold a comment only, as `git archive` writes it: readers differ in what else of it
 * they apply.
 */
export function readPax(body: Buffer, global: boolean): Overrides {
  let overrides: Overrides = {};
  for (const [key, value] of paxPairs(body)) {
    if (global && key !== 'comment') {
      throw new BundleProblem('bundle-unsupported', 'A global extended header may hold a comment only.');
    }
    if (key.startsWith('GNU.sparse'))
      throw new BundleProblem('bundle-special-file', 'An entry is a sparse file.');
    if (key === 'path') overrides = { ...overrides, name: value };
    if (key === 'size') {
      const digits = value.toString('latin1');
      if (!/^\d{1,15}$/.test(digits)) throw corrupt('The size in an extended header is not a number.');
      overrides = { ...overrides, size: Number(digits) };
    }
  }
  return overrides;
}
