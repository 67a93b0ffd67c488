/** What every match of a pattern holds, read from the pattern itself, so that it can be looked for around it only. */
interface Needed {
  /** Bytes of the longest match; a run without a bound counts as {@link RUN}. */
  readonly most: number;
  /** Sets of lower-case literals, the rarest first: of each set one stands in every match. */
  readonly sets: readonly (readonly string[])[];
}

/** A part of a pattern. */
interface Part {
  readonly most: number;
  /** All texts that it matches, in lower case, where they are few. */
  readonly exact?: readonly string[];
  readonly sets: readonly (readonly string[])[];
}

/** So many bytes a repetition without a bound is taken to match at most, when it is decided where to look. */
const RUN = 256;
const MOST_EXACT = 64;
const MOST_LITERAL = 16;
const MOST_SETS = 3;
const FLAGS = /^\((?:\?(?:P?<\w+>|[a-z-]*:))?/;
const QUANTIFIER = /^(?:([*+?])|\{(\d+)(,(\d*))?\})\??/;

/** How rare a character is in texts and programs, in bits. */
function rarity(char: string): number {
  if (char > '\x7f') return 9;
  const known = 'etaoinsr hldcum'.indexOf(char);
  if (known !== -1) return 3 + known * 0.2;
  if (/[a-z.\n-]/.test(char)) return 6;
  return /[\d,`*"':/]/.test(char) ? 6.5 : 8;
}

/** How rare the commonest of the literals is. */
const rarityOf = (set: readonly string[]): number =>
  Math.min(...set.map((text) => [...text].reduce((bits, char) => bits + rarity(char), 0)));
/** How much is left out by looking for one of the literals. */
const worth = (set: readonly string[]): number => rarityOf(set) - Math.log2(set.length) / 2;
/** Two common letters, or one sign that is rare. */
const LEAST_RARITY = 6;

const NOTHING: Part = { most: 0, exact: [''], sets: [] };
const unknown = (most: number): Part => ({ most, sets: [] });

/** The sets of a part, and its own texts as one where they tell anything. */
function setsOf({ exact, sets }: Part): (readonly string[])[] {
  const own = exact === undefined || exact.includes('') ? [] : [exact];
  return [...own, ...sets].filter((set) => rarityOf(set) >= LEAST_RARITY);
}

const best = (sets: readonly (readonly string[])[]): (readonly string[])[] =>
  [...sets].sort((a, b) => worth(b) - worth(a)).slice(0, MOST_SETS);

function oneAfterAnother(parts: readonly Part[]): Part {
  const sets: (readonly string[])[] = [];
  let run: readonly string[] = [''];
  let whole = true;
  const end = (): void => {
    sets.push(...setsOf({ most: 0, exact: run, sets: [] }));
    run = [''];
  };
  for (const { exact, sets: inner } of parts) {
    if (exact === undefined || run.length * exact.length > MOST_EXACT) {
      whole = false;
      end();
    }
    if (exact === undefined) sets.push(...inner);
    else if (run.length * exact.length <= MOST_EXACT)
      run = run.flatMap((start) => exact.map((next) => start + next));
    else run = exact;
  }
  const most = parts.reduce((sum, part) => sum + part.most, 0);
  if (whole) return { most, exact: run, sets: [] };
  end();
  return { most, sets: best(sets) };
}

function oneOf(parts: readonly Part[]): Part {
  const most = Math.max(...parts.map((part) => part.most));
  const texts = parts.flatMap(({ exact }) => exact ?? []);
  if (parts.every(({ exact }) => exact !== undefined) && texts.length <= 4 * MOST_EXACT)
    return { most, exact: [...new Set(texts)], sets: [] };
  const bests = parts.map((part) => best(setsOf(part))[0]);
  const every = bests.flatMap((set) => set ?? []);
  return { most, sets: bests.includes(undefined) ? [] : [[...new Set(every)]] };
}

function repeated(part: Part, least: number, most: number): Part {
  const longest = most === Infinity ? Math.max(part.most, RUN) : part.most * most;
  if (least === 1 && most === 1) return part;
  if (least === 0) {
    const few = most === 1 && part.exact !== undefined && part.exact.length < MOST_EXACT;
    return few ? { most: longest, exact: ['', ...(part.exact ?? [])], sets: [] } : unknown(longest);
  }
  const times = oneAfterAnother(Array.from({ length: Math.min(least, 4) }, () => part));
  return least === most && least <= 4 ? times : { most: longest, sets: best(setsOf(times)) };
}

/** Reads what is used of the syntax of RE2. */
class Reader {
  private at = 0;

  constructor(private readonly source: string) {}

  /** The alternatives that the whole pattern consists of, each as its own source. */
  branches(): { readonly source: string; readonly part: Part }[] {
    const found: { source: string; part: Part }[] = [];
    for (;;) {
      const from = this.at;
      const part = this.sequence();
      found.push({ source: this.source.slice(from, this.at), part });
      if (this.at >= this.source.length) return found;
      this.at++;
    }
  }

  private alternatives(): Part {
    const parts = [this.sequence()];
    while (this.source[this.at] === '|') {
      this.at++;
      parts.push(this.sequence());
    }
    return oneOf(parts);
  }

  private sequence(): Part {
    const parts: Part[] = [];
    while (this.at < this.source.length && this.source[this.at] !== '|' && this.source[this.at] !== ')')
      parts.push(this.quantified());
    return oneAfterAnother(parts);
  }

  private quantified(): Part {
    const atom = this.atom();
    const found = QUANTIFIER.exec(this.source.slice(this.at, this.at + 16));
    if (found === null) return atom;
    this.at += found[0].length;
    const [, sign, least, comma, most] = found;
    if (sign !== undefined) return repeated(atom, sign === '+' ? 1 : 0, sign === '?' ? 1 : Infinity);
    const from = Number(least);
    return repeated(atom, from, comma === undefined ? from : most === '' ? Infinity : Number(most));
  }

  private atom(): Part {
    const char = String.fromCodePoint(this.source.codePointAt(this.at) ?? 0);
    if (char === '(') return this.group();
    if (char === '[') return this.charClass();
    if (char === '\\') return this.escape();
    this.at += char.length;
    if (char === '^' || char === '$') return NOTHING;
    return char === '.' ? unknown(4) : literal(char);
  }

  private group(): Part {
    this.at += FLAGS.exec(this.source.slice(this.at))?.[0].length ?? 1;
    const part = this.alternatives();
    this.at++;
    return part;
  }

  private escape(): Part {
    const char = this.source[this.at + 1] ?? '';
    this.at += 2;
    if (char === 'b' || char === 'z') return NOTHING;
    if (char === 'p' || char === 'P') this.at = this.source.indexOf('}', this.at) + 1;
    if (/[pPSWD]/.test(char)) return unknown(4);
    if (/[swd]/.test(char)) return unknown(1);
    if (char === 'x') {
      const code = this.source.slice(this.at, (this.at += 2));
      return literal(String.fromCharCode(parseInt(code, 16)));
    }
    return literal({ n: '\n', t: '\t', r: '\r' }[char] ?? char);
  }

  private charClass(): Part {
    const from = ++this.at;
    while (this.source[this.at] !== ']' || this.at === from) this.at += this.source[this.at] === '\\' ? 2 : 1;
    const body = this.source.slice(from, this.at++);
    if (body.startsWith('^')) return unknown(4);
    if (/\\[swdpbSWDx]|[^\\]-./.test(body)) return unknown(/\\[pSWD]|[^\x20-\x7e]/.test(body) ? 4 : 1);
    const members = [
      ...body.replace(/\\([nt])/g, (_all, name) => (name === 'n' ? '\n' : '\t')).replace(/\\(.)/gs, '$1'),
    ];
    return oneOf(members.map(literal));
  }
}

/** A character, in lower case; one beyond ASCII in both cases, since only ASCII is lowered in the text. */
function literal(char: string): Part {
  const exact = char > '\x7f' ? [...new Set([char.toLowerCase(), char.toUpperCase()])] : [char.toLowerCase()];
  return { most: Buffer.byteLength(char), exact, sets: [] };
}

/** The alternatives of a pattern with what each needs. A pattern in one group with a name or flags is one alternative. */
export function alternativesOf(pattern: string): { readonly source: string; readonly needed: Needed }[] {
  const inner = /^\(\?:(.*)\)$/s.exec(pattern)?.[1];
  const flat = inner !== undefined && isBalanced(inner) ? inner : pattern;
  return new Reader(flat).branches().map(({ source, part }) => ({
    source,
    needed: { most: part.most, sets: best(setsOf(part)).map((set) => [...new Set(set.map(shortened))]) },
  }));
}

const shortened = (text: string): string => text.slice(0, MOST_LITERAL);

/** Whether no bracket closes that was not opened within. */
function isBalanced(source: string): boolean {
  let depth = 0;
  for (const [sign] of source.matchAll(/\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()]/gs)) {
    if (sign === '(') depth++;
    else if (sign === ')' && --depth < 0) return false;
  }
  return true;
}
