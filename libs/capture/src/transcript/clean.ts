import { redact } from '@loam/redaction';

/** How much of a long text is looked at, in UTF-16 units from each end. */
const WINDOW = 32_768;
const GAP = '\n[…]\n';

/** UTF-16 units that are kept of a text. */
const TEXT_MAX = 4_000;

/** The beginning and the end of a long text, by whole lines, so that nothing secret is cut in two. */
function windows(text: string): string[] {
  if (text.length <= 2 * WINDOW) return [text];
  const head = text.slice(0, WINDOW);
  const tail = text.slice(-WINDOW);
  // The end of a key whose beginning is left out would not be recognised.
  const key = tail.lastIndexOf('-----END ');
  const isCutKey = key !== -1 && !tail.slice(0, key).includes('-----BEGIN ');
  const from = tail.indexOf('\n', isCutKey ? key : 0);
  return [head.slice(0, Math.max(head.lastIndexOf('\n'), 0)), from === -1 ? '' : tail.slice(from + 1)];
}

const wholeStart = (text: string): string => text.replace(/[\uD800-\uDBFF]$/u, '');
const wholeEnd = (text: string): string => text.replace(/^[\uDC00-\uDFFF]/u, '');

function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const head = Math.floor((most - GAP.length) * 0.4);
  const tail = most - GAP.length - head;
  return wholeStart(text.slice(0, head)) + GAP + wholeEnd(text.slice(-tail));
}

/** Paths below `root` as seen from there; the folder itself is a dot. */
function fromRoot(text: string, root: string): string {
  if (root.length < 2) return text;
  const name = root.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return text.replace(
    new RegExp(`(?<![\\w.~-])${name}(?:([/\\\\])(?=[^\\s"'])|[/\\\\]?(?![\\w.-]))`, 'g'),
    (_, separator: string | undefined) => (separator === undefined ? '.' : ''),
  );
}

const ESCAPE = String.fromCharCode(27);
/**
 * Colours of terminals, and what no database and no SKILL.md keeps: control characters but tab and line feed, and halves
 * of characters.
 */
const UNKEPT = new RegExp(`${ESCAPE}\\[[0-9;]{0,20}[A-Za-z]|[^\\P{Cc}\\t\\n]|\\p{Cs}`, 'gu');

/** A text as records hold it: paths from the root, redacted, and then cut to its beginning and its end. */
export const clean = (text: string, root: string, most = TEXT_MAX): string =>
  shortened(
    windows(text)
      .map((part) => redact(fromRoot(part.replace(UNKEPT, ''), root)))
      .join(GAP),
    most,
  );
