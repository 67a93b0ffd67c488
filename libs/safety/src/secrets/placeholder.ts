/** Bits of information per character, from how often each occurs. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  return [...counts.values()].reduce(
    (sum, count) => sum - (count / text.length) * Math.log2(count / text.length),
    0,
  );
}

const WORDS =
  /example|sample|placeholder|your[-_]|changeme|change[-_]me|replace|insert[-_]|enter[-_]|dummy|redacted|x{5,}|\*{3}|\.{3}|foobar|not[-_]?a?[-_]?real|test[-_]?(?:key|token|secret|password)|^test[\d!@#_]|^demo|^admin|^welcome|^user|^changeme|^secret(?!_[A-Za-z0-9]{43}$)|secret[-_]?(?:here|key|value)|(?:my|the|some|super)[-_]?(?:secret|password|api|key|token)|goes[-_]?here|[-_]here$|[<>]|\{\{|\$\{|\$\(|%\(|process\.env|os\.environ|getenv|undefined|abc123|abcdef|qwerty|deadbeef|1234567|0{6}|1{6}|a{6}|hunter2|correct.?horse|p[a4@]ssw[o0]rd|letmein|from[-_]?env|env[.:]|vault[:/]|secrets?[./]|localhost|lorem|invalid|(?:^|[-_.])(?:null|mock|demo|fake|test|todo|xxx+)(?:$|[-_.])/i;

/** Examples that providers print in their own documentation. */
const PUBLISHED = new Set([
  'AKIAIOSFODNN7EXAMPLE',
  'AKIAI44QH8DHBEXAMPLE',
  'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  'sk_test_4eC39HqLyjWDarjtT1zdp7dc',
  'sk_test_BQokikJOvBiI2HlWgH4olfQ2',
  'sk_test_tR3PYbcVNZZ796tH88S4VQ2u',
  'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
]);

/** The header and payload of the token on which every tutorial on JSON web tokens is written. */
const TUTORIAL_JWT = /eyJzdWIiOiIxMjM0NTY3ODkw|eyJzdWIiOiIxMjMi|eyJzdWIiOiJ1c2Vy/;

/** How much of a text goes up, down or on by one, as `abcdefg`, `7654321` and `aaaaaa` do. */
function sequenceShare(text: string): number {
  let steps = 0;
  for (let index = 1; index < text.length; index++) {
    if (Math.abs(text.charCodeAt(index) - text.charCodeAt(index - 1)) <= 1) steps++;
  }
  return steps / Math.max(text.length - 1, 1);
}

const LONG = 200;

/** Whether what looks like a secret is one that nobody uses: a published example, a gap to fill in, a pattern. */
export function isPlaceholder(secret: string, wholeLine: string): boolean {
  if (PUBLISHED.has(secret) || TUTORIAL_JWT.test(secret)) return true;
  // In a key of hundreds of letters any short word stands by chance.
  if (secret.length < LONG && WORDS.test(secret)) return true;
  if (sequenceShare(secret) > 0.5) return true;
  return /\b(?:placeholder|dummy|fake|not real|invalid|sample value|redacted)\b/i.test(wholeLine);
}
