import { type Prompt, type TranscriptRecord, wishIn } from '@loam/capture';

/** A person's wish that something is kept, with the words that say what. */
export interface Wish {
  readonly prompt: Prompt;
  readonly at: number;
  /** The wish without the words of asking; may be empty. */
  readonly words: string;
}

function wordsIn(text: string): string | undefined {
  const wish = wishIn(text);
  if (wish === undefined) return undefined;
  const left = text.slice(0, wish.at) + text.slice(wish.at + wish.words.length);
  return left.replace(/^[\s:,;.!–—-]+|[\s:,;–—-]+$/g, '');
}

/** What a person wished last to be kept. */
export function lastWishIn(records: readonly TranscriptRecord[]): Wish | undefined {
  for (let at = records.length - 1; at >= 0; at -= 1) {
    const record = records[at];
    const words = record?.kind === 'prompt' ? wordsIn(record.text) : undefined;
    if (record?.kind === 'prompt' && words !== undefined) return { prompt: record, at, words };
  }
  return undefined;
}
