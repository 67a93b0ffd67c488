import RE2 from 're2';
import { Automaton, type Hits } from './automaton';
import { alternativesOf } from './needed';

/** Matches of one rule in one file; more of them say that the file wants the scan to give up. */
export const MOST_MATCHES = 500;

/** A rule matched at a byte. */
export interface Match<R> {
  readonly rule: R;
  readonly offset: number;
  /** Latin-1, so that characters are bytes. For judging, never for showing. */
  readonly text: string;
  /** The part named `v` in the pattern, else the whole match. */
  readonly value: string;
}

interface Pattern {
  readonly id: string;
  /** RE2 source; `^` and `$` are ends of lines. */
  readonly pattern: string;
  /** Literals of which one stands in every text where the rule can matter. */
  readonly needs?: readonly string[];
  readonly caseSensitive?: boolean;
  /**
   * Bytes of the longest match that counts. A pattern with bounds of hundreds is an automaton of so many states that RE2
   * gives up on it; one without bounds, and a reach, says the same and is ten times as fast.
   */
  readonly reach?: number;
}

/** One alternative of a rule's pattern. */
interface Branch<R> {
  readonly rule: R;
  readonly source: string;
  /** Bytes of its longest match. */
  readonly most: number;
  /** The sets of literals that it needs, as the automaton counts them; the rarest first. */
  readonly sets: readonly number[];
  /** The set of which one has to stand anywhere in the text. */
  readonly anywhere: number | undefined;
  expression?: RE2;
}

/** A range of bytes. */
interface Span {
  readonly from: number;
  to: number;
}

/**
 * Tries many rules on a text. What every match of a pattern must hold is read from the pattern; one pass finds all such
 * literals, and a pattern runs only where all that it needs stand near enough, and no farther around than a match
 * reaches. Both passes are automata, which look at every byte once, whatever the input.
 */
export class Matcher<R extends Pattern> {
  private readonly branches: readonly Branch<R>[];
  private readonly automaton: Automaton;

  constructor(rules: readonly R[]) {
    const sets: (readonly string[])[] = [];
    const known = new Map<string, number>();
    const numberOf = (set: readonly string[]): number => {
      const key = set.toSorted().join('\0');
      const number = known.get(key) ?? sets.push(set) - 1;
      known.set(key, number);
      return number;
    };
    this.branches = rules.flatMap((rule) =>
      alternativesOf(rule.pattern).map(({ source, needed }) => ({
        rule,
        source,
        most: rule.reach ?? needed.most,
        sets: needed.sets.map(numberOf),
        anywhere: rule.needs === undefined ? undefined : numberOf(rule.needs),
      })),
    );
    this.automaton = new Automaton(sets);
  }

  /** All matches, rule by rule; those of one rule follow each other in the text and do not overlap. */
  find(bytes: Buffer): Match<R>[] {
    const hits = this.automaton.find(bytes);
    const found = new Map<R, Match<R>[]>();
    for (const branch of this.branches) {
      if (branch.anywhere !== undefined && hits[branch.anywhere] === undefined) continue;
      const matches = matchesIn(branch, bytes, windowsOf(branch, hits, bytes.length));
      if (matches.length > 0) found.set(branch.rule, [...(found.get(branch.rule) ?? []), ...matches]);
    }
    return [...found.values()].flatMap(apart);
  }
}

/** Where all literals that a branch needs stand near enough to each other. */
function windowsOf({ sets, most }: Branch<Pattern>, hits: Hits, length: number): Span[] {
  const [anchors, ...others] = sets.map((set) => hits[set]);
  if (sets.length === 0) return [{ from: 0, to: length }];
  if (anchors === undefined || others.includes(undefined)) return [];
  const next = others.map(() => 0);
  const windows: Span[] = [];
  let last: Span | undefined;
  for (const end of anchors) {
    const from = Math.max(end - most, 0);
    const to = Math.min(end + most, length);
    const near = others.every((places, index) => {
      let at = next[index] ?? 0;
      while ((places?.[at] ?? Infinity) < from) at++;
      next[index] = at;
      return (places?.[at] ?? Infinity) <= to;
    });
    if (!near) continue;
    if (last !== undefined && from <= last.to) last.to = to;
    else windows.push((last = { from, to }));
  }
  return windows;
}

/** Pieces in each of which every match that begins in its first half fits: a search never runs far in vain. */
const cut = (windows: readonly Span[], reach: number): Span[] =>
  windows.flatMap(({ from, to }) =>
    Array.from({ length: Math.max(Math.ceil((to - from) / reach) - 1, 1) }, (_each, index) => ({
      from: from + index * reach,
      to: Math.min(from + (index + 2) * reach, to),
    })),
  );

/** Matches of one branch, in order; each window is read from where the last match ended. */
function matchesIn<R extends Pattern>(
  branch: Branch<R>,
  bytes: Buffer,
  windows: readonly Span[],
): Match<R>[] {
  const { rule, source, most } = branch;
  const { reach = Infinity, caseSensitive = false } = rule;
  const matches: Match<R>[] = [];
  let done = 0;
  for (const { from, to } of reach === Infinity ? windows : cut(windows, reach)) {
    if (to <= done) continue;
    const expression = (branch.expression ??= new RE2(source, caseSensitive ? 'gm' : 'gim'));
    let end = to;
    let window = bytes.subarray(0, end);
    expression.lastIndex = Math.max(from, done);
    // Without places to tell, RE2 needs a third of the time, and most candidates do not match.
    if (!expression.test(window)) continue;
    expression.lastIndex = Math.max(from, done);
    for (let found = expression.exec(window); found !== null; found = expression.exec(window)) {
      const { index, 0: whole } = found;
      const after = index + whole.length;
      if (whole.length > reach) expression.lastIndex = index + 1;
      else if (after === end && end < bytes.length && reach === Infinity) {
        // It may go on beyond the window, or end there only because the window does.
        end = Math.min(end + Math.max(end - index, most), bytes.length);
        window = bytes.subarray(0, end);
        expression.lastIndex = index;
      } else {
        const text = whole.toString('latin1');
        const value = (found.groups?.['v'] ?? found.groups?.['w'])?.toString('latin1') ?? text;
        matches.push({ rule, offset: index, text, value });
        done = after;
        if (matches.length === MOST_MATCHES) return matches;
        if (whole.length === 0) break;
      }
    }
  }
  return matches;
}

/** The matches of one rule in order, without those that begin within another. */
function apart<R>(matches: readonly Match<R>[]): Match<R>[] {
  const sorted = matches.toSorted((a, b) => a.offset - b.offset);
  const kept: Match<R>[] = [];
  let end = 0;
  for (const match of sorted) {
    if (match.offset < end && kept.length > 0) continue;
    kept.push(match);
    end = match.offset + match.text.length;
    if (kept.length === MOST_MATCHES) break;
  }
  return kept;
}
