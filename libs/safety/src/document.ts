import { Lines } from './lines';
import type { Zone } from './rule';

interface Span {
  readonly from: number;
  readonly to: number;
}

interface Outline {
  readonly fences: Span[];
  readonly comments: Span[];
  readonly headings: number[];
}

const MARKDOWN = /\.(?:md|mdx|markdown|mdc|txt|rst|adoc)$/i;

const MARKUP = /\.(?:html?|svg|xml|vue|xhtml)$/i;

/** Whether a text is read by an agent as prose: by its name, unless its first line says that it is a program. */
const isMarkdown = (path: string, bytes: Buffer): boolean =>
  MARKDOWN.test(path) && bytes.subarray(0, 2).toString('latin1') !== '#!';

/**
 * A text of the bundle with what stands where: prose, fenced blocks and comments of Markdown; everything else is code,
 * whatever its name.
 */
export class Document {
  readonly lines: Lines;
  readonly markdown: boolean;
  private outline: Outline | undefined;

  constructor(
    readonly path: string,
    readonly bytes: Buffer,
  ) {
    this.lines = new Lines(bytes);
    this.markdown = isMarkdown(path, bytes);
  }

  /** Where the byte stands. */
  zoneAt(offset: number): Zone {
    if (!this.markdown) return 'code';
    const { fences, comments } = this.read();
    if (holds(comments, offset) !== undefined) return 'comment';
    return holds(fences, offset) === undefined ? 'prose' : 'fence';
  }

  /** HTML comments, and link definitions that only hide a text, as ranges of bytes. */
  get comments(): readonly Span[] {
    return this.markdown || MARKUP.test(this.path) ? this.read().comments : [];
  }

  /** The first line of the fenced block around a byte, or the byte's own line. */
  blockStart(offset: number): number {
    return this.lines.at(holds(this.read().fences, offset)?.from ?? offset);
  }

  /** The text of the heading above a byte; empty where there is none. */
  headingAbove(offset: number): string {
    const heading = this.markdown ? before(this.read().headings, offset, (at) => at) : undefined;
    return heading === undefined ? '' : this.lines.around(heading);
  }

  private read(): Outline {
    this.outline ??= outlineOf(this.lines);
    return this.outline;
  }
}

/** The marks of which outlines are made. Runs over Latin-1, in which characters are bytes; bounded, hence linear. */
const MARK =
  /^[ \t>]{0,12}(?:[-*+]|\d{1,3}[.)])?[ \t]{0,12}(`{3,}|~{3,})|^(#{1,6})[ \t]+\S|(<!--|\{\/\*|^%%|\{#)|^[ \t]{0,3}(\[[^\]\n]{0,80}\]:[ \t]{0,4}(?:#|<>|about:blank)[ \t]{0,4}["'(])/gm;

/** What ends a comment of HTML, MDX, Obsidian and templates. */
const CLOSES: Record<string, string> = { '<!--': '-->', '{/*': '*/}', '%%': '%%', '{#': '#}' };

/** One pass; a fence that nobody closes ends with the text, a comment as well. */
function outlineOf(lines: Lines): Outline {
  const text = lines.bytes.toString('latin1');
  const outline: Outline = { fences: [], comments: [], headings: [] };
  let fence: { from: number; mark: string } | undefined;
  MARK.lastIndex = 0;
  for (let found = MARK.exec(text); found !== null; found = MARK.exec(text)) {
    const [, mark, heading, comment] = found;
    if (fence !== undefined) {
      if (mark?.startsWith(fence.mark) !== true) continue;
      outline.fences.push({ from: fence.from, to: MARK.lastIndex });
      fence = undefined;
    } else if (mark !== undefined) fence = { from: found.index, mark };
    else if (heading !== undefined) outline.headings.push(found.index);
    else {
      const end = CLOSES[comment ?? ''] ?? '\n';
      const close = text.indexOf(end, found.index + (comment?.length ?? 0));
      const to = close === -1 ? text.length : close + end.length;
      outline.comments.push({ from: found.index, to });
      MARK.lastIndex = to;
    }
  }
  if (fence !== undefined) outline.fences.push({ from: fence.from, to: text.length });
  outline.comments.unshift(...frontmatterComments(text));
  return outline;
}

/** Nobody is shown the comments of frontmatter; what begins with `#` there is no heading. */
function frontmatterComments(text: string): Span[] {
  const end = text.startsWith('---\n') ? text.indexOf('\n---', 3) : -1;
  if (end === -1) return [];
  return [...text.slice(0, end).matchAll(/^[ \t]*#[^\n]*/gm)].map(({ index, 0: comment }) => ({
    from: index,
    to: index + comment.length,
  }));
}

/** The last span that begins at or before the byte, by halves. */
function before<T>(spans: readonly T[], offset: number, from: (span: T) => number): T | undefined {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const span = spans[middle];
    if (span !== undefined && from(span) <= offset) low = middle + 1;
    else high = middle;
  }
  return spans[low - 1];
}

const holds = (spans: readonly Span[], offset: number): Span | undefined => {
  const span = before(spans, offset, ({ from }) => from);
  return span !== undefined && offset < span.to ? span : undefined;
};
