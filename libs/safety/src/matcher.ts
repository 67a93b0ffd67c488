import RE2 from 're2';

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
  readonly pattern: string;
  readonly keywords: readonly string[];
  readonly needs?: readonly string[];
  readonly caseSensitive?: boolean;
}

/**
 * Tries many rules on a text: one pass finds the keywords, and only the rules whose keyword was seen run. Both are
 * automata of RE2, which look at every byte once, whatever the input.
 */
export class Matcher<R extends Pattern> {
  private readonly literals: InstanceType<typeof RE2.Set>;
  /** For each literal, the rules that it is a keyword of, and those that need it. */
  private readonly uses: readonly { readonly keyword: R[]; readonly need: R[] }[];
  private readonly expressions = new Map<R, RE2>();

  constructor(rules: readonly R[]) {
    const index = new Map<string, { keyword: R[]; need: R[] }>();
    const enter = (rule: R, as: 'keyword' | 'need', literals: readonly string[]): void => {
      for (const literal of literals.map((each) => each.toLowerCase())) {
        const uses = index.get(literal) ?? { keyword: [], need: [] };
        uses[as].push(rule);
        index.set(literal, uses);
      }
    };
    for (const rule of rules) {
      enter(rule, 'keyword', rule.keywords);
      enter(rule, 'need', rule.needs ?? []);
    }
    this.literals = new RE2.Set([...index.keys()].map(escaped), 'i');
    this.uses = [...index.values()];
  }

  /** All matches, in no order of place. */
  find(bytes: Buffer): Match<R>[] {
    const seen = this.literals.match(bytes);
    const needed = new Set(seen.flatMap((hit) => this.uses[hit]?.need ?? []));
    const candidates = new Set(seen.flatMap((hit) => this.uses[hit]?.keyword ?? []));
    return [...candidates]
      .filter((rule) => rule.needs === undefined || needed.has(rule))
      .flatMap((rule) => this.matchesOf(rule, bytes));
  }

  private matchesOf(rule: R, bytes: Buffer): Match<R>[] {
    const expression = this.expressionOf(rule);
    expression.lastIndex = 0;
    // Without places to tell, RE2 needs a third of the time, and most candidates do not match.
    if (!expression.test(bytes)) return [];
    const matches: Match<R>[] = [];
    expression.lastIndex = 0;
    for (let found = expression.exec(bytes); found !== null; found = expression.exec(bytes)) {
      const text = found[0].toString('latin1');
      const value = (found.groups?.['v'] ?? found.groups?.['w'])?.toString('latin1') ?? text;
      matches.push({ rule, offset: found.index, text, value });
      if (found[0].length === 0 || matches.length === MOST_MATCHES) break;
    }
    return matches;
  }

  private expressionOf(rule: R): RE2 {
    const known = this.expressions.get(rule);
    if (known !== undefined) return known;
    const made = new RE2(rule.pattern, rule.caseSensitive === true ? 'gm' : 'gim');
    this.expressions.set(rule, made);
    return made;
  }
}

const escaped = (literal: string): string => literal.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
