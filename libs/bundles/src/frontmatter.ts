import { parseDocument } from 'yaml';
import { checkTokens } from './frontmatter-tokens';
import { type Json, toMapping } from './json';
import { FRONTMATTER_MAX } from './limits';
import { BundleProblem } from './problem';

/** A SKILL.md in its two parts; `yaml` is undefined where the text has no frontmatter at all. */
export interface SplitText {
  readonly yaml: string | undefined;
  readonly body: string;
  /** The line of the file, counted from 1, on which the body begins. */
  readonly bodyLine: number;
}

/**
 * Splits a text at its fences: the first line and a later one are three dashes, blanks behind them allowed. A byte
 * order mark is dropped and CRLF becomes LF, in the body too.
 */
export function splitFrontmatter(text: string): SplitText {
  const plain = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  const opening = /^---[ \t]*\n/.exec(plain);
  if (opening === null) return { yaml: undefined, body: plain, bodyLine: 1 };
  // The line feed of the opening line also serves a closing line that follows at once.
  const from = opening[0].length - 1;
  const closing = /\n---[ \t]*(?:\n|$)/.exec(plain.slice(from));
  const size = closing === null ? plain.length - from : closing.index;
  if (size > FRONTMATTER_MAX) {
    const detail = `The frontmatter is longer than ${FRONTMATTER_MAX} characters, or its closing line is missing.`;
    throw new BundleProblem('frontmatter-too-large', detail);
  }
  if (closing === null) {
    throw new BundleProblem('frontmatter-unclosed', 'The closing line of three dashes is missing.');
  }
  const yaml = plain.slice(from + 1, from + closing.index + 1);
  const end = from + closing.index + closing[0].length;
  return { yaml, body: plain.slice(end), bodyLine: plain.slice(0, end).split('\n').length };
}

const invalid = (detail: string, pointer?: string): BundleProblem =>
  new BundleProblem('frontmatter-invalid', detail, pointer);

function parseStrict(yaml: string): Record<string, Json> {
  checkTokens(yaml);
  const document = parseDocument(yaml, {
    version: '1.2',
    schema: 'core',
    stringKeys: true,
    resolveKnownTags: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  const [fault] = [...document.errors, ...document.warnings];
  if (fault !== undefined) {
    const line = yaml.slice(0, fault.pos[0]).split('\n').length + 1;
    throw invalid(`Line ${line}: ${fault.message}.`);
  }
  const value: unknown = document.toJS({ maxAliasCount: 0 });
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid('The frontmatter is not a mapping of keys to values.');
  }
  return toMapping(value);
}

/** One-line values that people write without the quotes that YAML asks for; what begins with a tag is meant as one. */
const OFTEN_UNQUOTED = /^(description|when_to_use|argument-hint):[ \t]+(?!["'|>!])(\S.*)$/gm;

const quoteTexts = (yaml: string): string =>
  yaml.replace(
    OFTEN_UNQUOTED,
    (_line, key: string, value: string) => `${key}: ${JSON.stringify(value.trim())}`,
  );

/**
 * The YAML as it can be read, and what it says: itself, or with quotes around its one-line descriptions, where only
 * those make it readable. Throws a BundleProblem where neither can be read.
 */
export function readableYaml(yaml: string): {
  readonly yaml: string;
  readonly mapping: Record<string, Json>;
} {
  try {
    return { yaml, mapping: parseStrict(yaml) };
  } catch (error) {
    const quoted = quoteTexts(yaml);
    if (quoted === yaml) throw error;
    return { yaml: quoted, mapping: parseStrict(quoted) };
  }
}

/**
 * Reads the YAML between the fences: one mapping in the core schema (no dates, no `yes` for true), text keys that are
 * unique, no anchors, aliases, tags or directives, values that JSON can hold. Anything else is a `frontmatter-invalid`
 * that names the line of the file or the key. With `lenient`, a text that cannot be read is tried once more with
 * quotes around a one-line description: an unquoted colon there is the commonest fault of skills in the wild.
 */
export function parseFrontmatter(yaml: string, lenient: boolean): Record<string, Json> {
  return lenient ? readableYaml(yaml).mapping : parseStrict(yaml);
}
