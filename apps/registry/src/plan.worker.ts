import { createTwoFilesPatch } from 'diff';
import Turndown from 'turndown';

/** Both run in a thread of their own with a limited heap: what users hand in may be made to take long. */

export function toMarkdown(html: string): string {
  const turndown = new Turndown({ headingStyle: 'atx', codeBlockStyle: 'fenced', bulletListMarker: '-' });
  turndown.remove(['script', 'style', 'noscript', 'template', 'iframe']);
  return turndown.turndown(html);
}

/** @returns undefined where the texts differ too much */
export function diff({ from, to }: { readonly from: Side; readonly to: Side }): string | undefined {
  return createTwoFilesPatch(from.name, to.name, from.text, to.text, undefined, undefined, {
    context: 3,
    timeout: 2000,
  });
}

export interface Side {
  readonly name: string;
  readonly text: string;
}
