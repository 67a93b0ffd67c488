const longestRun = (text: string): number =>
  Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));

/** A text as code within a line, whatever backticks it holds; what has several lines becomes a block. */
export function code(text: string): string {
  if (text.includes('\n')) return `\n\n${codeBlock(text, 'sh')}\n`;
  const fence = '`'.repeat(longestRun(text) + 1);
  const blank = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return fence + blank + text + blank + fence;
}

/** A text as a block of code, which nothing inside of it ends. */
export function codeBlock(text: string, language = 'text'): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}${language}\n${text.replace(/\n+$/, '')}\n${fence}`;
}

/** What a reader of Markdown would fetch or follow: an address, the brackets of a link or an image, and HTML. */
const LIVE = /(?:[a-z][a-z0-9+.-]{1,20}:)?\/\/[^\s`<>()[\]"']+|!?\[|\]|<|\\|`|&(?=#?\w)/gi;
/** Code within a line that holds nothing of that, wherever a reader takes it to end. */
const HARMLESS_CODE = /((?<![`\\])`(?:[^`\n[\]<&\\/]|\/(?!\/))+`(?!`))/;

function withoutLife(text: string): string {
  return text.replace(LIVE, (found) => {
    if (found.includes('//')) return `\`${found}\``;
    if (found === '`') return "'";
    if (found === '&') return '&amp;';
    return `\\${found.at(-1) ?? ''}`;
  });
}

/** A text in which no image is loaded and no link leads anywhere: addresses are code, and brackets are only brackets. */
const inert = (text: string): string =>
  text
    .split(HARMLESS_CODE)
    .map((part, i) => (i % 2 === 1 ? part : withoutLife(part)))
    .join('');

/** A text as a quotation, so that no line of it is a heading or a list of ours, and nothing of it is live. */
export const quotation = (text: string): string =>
  inert(text)
    .trim()
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');

/** What opens a block of code at the left edge, where no list and no quotation can end it. */
const FENCE = /^(`{3,})[^`]*$/;

/**
 * The text that a model wrote, in which nothing is loaded, followed or hidden: headings, lists and blocks of code stay,
 * everything else is only text. A block that is never closed is closed at the end.
 */
export function inertBody(text: string): string {
  let open = '';
  const lines = text.split('\n').map((line) => {
    if (open !== '') {
      if (/^`+[ \t]*$/.test(line) && line.trim().length >= open.length) open = '';
      return line;
    }
    const fence = FENCE.exec(line)?.[1];
    if (fence === undefined) return inert(line);
    open = fence;
    return fence + line.slice(fence.length).replaceAll(/[^\w+#.-]/g, '');
  });
  return [...lines, ...(open === '' ? [] : [open])].join('\n');
}
