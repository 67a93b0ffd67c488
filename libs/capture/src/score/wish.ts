/** How a person asks that something is kept. A slash or a letter before it makes another word of it, such as `until:`. */
const ASKED =
  /(?<![\w/])(?:\/capture-skill\b|(?:remember this|save this|let['’]?s capture|let us capture)\b|til:)/gi;
/** In small letters, without a colon, it mostly means until, unless it begins what is said. */
const LEARNED = /(?<!\w)TIL(?!\w)|(?<=[,;:.!?–—-]\s{1,3})til(?=\s)/g;
const QUOTED = /["'“‘«`(]\s*$/;
/** Words by which a person asks that it is not. */
const NEGATED =
  /(?:\b(?:not|never|without|cannot|dont|no need)|n['’]t)(?:\s+(?:need|want|have|try|you|me|us|to|ever|please|even|just)){0,4}\s+$/i;
/** What is saved in a file, or an object that somebody points at, is no lesson. */
const AN_OBJECT =
  /^\s+(?:(?:as|to|into|in|under)\s+\S*[./\\]\S|(?:file|document|page|image|picture|list|table|code|script|output|work|progress|changes?)\b)/i;
const ASKS_BACK = /^\s*(?:do|did|can|could|would|will|have|has|is|are|was|what|how|why|who|where|when)\b/i;
const LOOKED_AT = 20_000;

/** The sentence around a place. */
function sentenceAt(text: string, at: number): string {
  const from = Math.max(...['.', '!', '?', '\n'].map((end) => text.lastIndexOf(end, at - 1))) + 1;
  const end = text.slice(at).search(/[.!?\n](?:\s|$)/);
  return text.slice(from, end === -1 ? undefined : at + end + 1);
}

function isWish(text: string, at: number, words: string): boolean {
  const before = text.slice(Math.max(0, at - 100), at);
  const sentence = sentenceAt(text, at);
  const isQuestion = ASKS_BACK.test(sentence) && sentence.trimEnd().endsWith('?');
  const isOther =
    QUOTED.test(before) || NEGATED.test(before) || AN_OBJECT.test(text.slice(at + words.length));
  return !isQuestion && !isOther;
}

/** Where a text asks that something is kept, and with which words; undefined where it does not. */
export function wishIn(text: string): { readonly at: number; readonly words: string } | undefined {
  const seen = text.slice(0, LOOKED_AT);
  for (const marker of [ASKED, LEARNED])
    for (const { 0: words, index: at } of seen.matchAll(marker))
      if (isWish(seen, at, words)) return { at, words };
  return undefined;
}
