import type { BundleLimits } from './limits';
import { BundleProblem } from './problem';

/** Control, format (bidi, zero-width), surrogate, line-separating and invisible characters, and the mark of bad UTF-8. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\uFFFD]/u;
const HIDDEN_ALL = new RegExp(HIDDEN.source, 'gu');
/** Device names that Windows resolves in any folder and with any extension. */
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|com\d|lpt\d) *(?:\.|$)/;

/** What NTFS calls a folder `.git` besides; git itself checks out no tree with such a name. */
const SHORT_GIT = /^git~\d+$/;

/** Whether a text holds characters that a reader cannot see or that reorder what is seen. */
export const hasHiddenCharacters = (text: string): boolean => HIDDEN.test(text);

/** A hostile name made fit for a message: invisible characters become code points, length is bounded. */
export function printable(name: string): string {
  const short = name.length > 120 ? `${name.slice(0, 120)}…` : name;
  return short.replace(HIDDEN_ALL, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}

/** The text of a name as an archive holds it; anything but UTF-8 is a `bundle-path-unsafe`. */
export function decodeName(raw: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(raw);
  } catch {
    throw new BundleProblem('bundle-path-unsafe', 'The path is not UTF-8.', printable(raw.toString('utf8')));
  }
}

/**
 * The form in which two names are one on some file system: NFKC and full case folding, the latter by way of upper
 * case because that is what expands ß to ss.
 */
export const foldName = (name: string): string =>
  name.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC');

function segmentFault(segment: string): string | undefined {
  if (segment === '') return 'has an empty segment';
  if (segment === '.' || segment === '..') return `has a "${segment}" segment`;
  if (/[. ]$/.test(segment)) return 'has a segment that ends in a dot or a space';
  const folded = foldName(segment);
  if (WINDOWS_DEVICE.test(folded)) return `has a segment that is a reserved name on Windows (${segment})`;
  // A repository's configuration inside a bundle runs commands when someone uses git in the unpacked folder.
  if (folded === '.git') return 'has a .git segment';
  if (SHORT_GIT.test(folded)) return `has a segment that is the short name of .git on Windows (${segment})`;
  return undefined;
}

function pathFault(path: string, limits: BundleLimits): string | undefined {
  if (path === '') return 'is empty';
  if (HIDDEN.test(path)) return 'has a control or invisible character';
  if (path.startsWith('/')) return 'is absolute';
  if (path.includes('\\')) return 'has a backslash';
  if (path.includes(':')) return 'has a colon';
  if (path !== path.normalize('NFC')) return 'is not in Unicode normal form NFC';
  if (Buffer.byteLength(path) > limits.pathBytes) return `is longer than ${limits.pathBytes} bytes`;
  const segments = path.split('/');
  if (segments.length > limits.depth) return `is deeper than ${limits.depth} segments`;
  return segments.map(segmentFault).find((fault) => fault !== undefined);
}

/**
 * The path under which an entry is kept: one leading `./` is dropped, everything else that is unsafe or means
 * different files on different systems is a `bundle-path-unsafe`.
 */
export function safePath(name: string, limits: BundleLimits): string {
  const path = name.startsWith('./') ? name.slice(2) : name;
  const fault = pathFault(path, limits);
  if (fault !== undefined) {
    throw new BundleProblem('bundle-path-unsafe', `The path ${fault}.`, printable(name));
  }
  return path;
}
