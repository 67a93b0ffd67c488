import type { Prompt, TranscriptRecord } from '@loam/capture';

/** A person's wish that something is kept, with the words that say what. */
export interface Wish {
  readonly prompt: Prompt;
  readonly at: number;
  /** The wish without the words of asking; may be empty. */
  readonly words: string;
}

const ASKED = /\/capture-skill\b|\b(?:remember this|save this|let['’]?s capture|let us capture)\b|\btil:/i;
/** In small letters, without a colon, it mostly means until. */
const LEARNED = /\bTIL\b/;
const QUOTED = /["'“‘«`(]\s*$/;
/** What is saved in a file, or an object that somebody points at, is no lesson. */
const AN_OBJECT =
  /^\s+(?:(?:as|to|into|in|under)\s+\S*[./\\]\S|(?:file|document|page|image|picture|list|table|code|script|output|work|progress|changes?)\b)/i;
const ASKS_BACK = /^\s*(?:do|did|can|could|would|will|have|has|is|are|was|what|how|why|who|where|when)\b/i;

/** The sentence around a place. */
function sentenceAt(text: string, at: number): string {
  const from = Math.max(...['.', '!', '?', '\n'].map((end) => text.lastIndexOf(end, at - 1))) + 1;
  const end = text.slice(at).search(/[.!?\n](?:\s|$)/);
  return text.slice(from, end === -1 ? undefined : at + end + 1);
}

function wishIn(text: string): string | undefined {
  const found = ASKED.exec(text) ?? LEARNED.exec(text);
  if (found === null) return undefined;
  const sentence = sentenceAt(text, found.index);
  const isQuestion = ASKS_BACK.test(sentence) && sentence.trimEnd().endsWith('?');
  const behind = text.slice(found.index + found[0].length);
  if (isQuestion || QUOTED.test(text.slice(0, found.index)) || AN_OBJECT.test(behind)) return undefined;
  return (text.slice(0, found.index) + behind).replace(/^[\s:,;.!–—-]+|[\s:,;–—-]+$/g, '');
}

/** What a person wished last to be kept. */
export function lastWishIn(records: readonly TranscriptRecord[]): Wish | undefined {
  for (let at = records.length - 1; at >= 0; at -= 1) {
    const record = records[at];
    const words = record?.kind === 'prompt' ? wishIn(record.text) : undefined;
    if (record?.kind === 'prompt' && words !== undefined) return { prompt: record, at, words };
  }
  return undefined;
}
