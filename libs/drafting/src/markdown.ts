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

/** A text as a quotation, so that no line of it is a heading or a list of ours. */
export const quotation = (text: string): string =>
  text
    .trim()
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');
