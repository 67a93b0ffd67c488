import { CST, Lexer } from 'yaml';
import { printable } from './path';
import { BundleProblem } from './problem';

const MOST_NODES = 1000;
const MOST_DEPTH = 32;

const REFUSED: Partial<Record<CST.TokenType, string>> = {
  alias: 'an alias (*)',
  anchor: 'an anchor (&)',
  tag: 'a tag',
  'directive-line': 'a directive (%)',
  'explicit-key-ind': 'an explicit key (?)',
  'doc-start': 'a second document',
  'doc-end': 'a document end',
};
const OPENS = new Set<CST.TokenType | null>(['flow-map-start', 'flow-seq-start']);
const CLOSES = new Set<CST.TokenType | null>(['flow-map-end', 'flow-seq-end']);
const NODES = new Set<CST.TokenType | null>(['seq-item-ind', 'map-value-ind', 'comma']);

/** How deep and how many: `run` counts the list marks of one line, which nest without brackets. */
interface Count {
  readonly nodes: number;
  readonly flow: number;
  readonly run: number;
}

function count({ nodes, flow, run }: Count, type: CST.TokenType | null): Count {
  return {
    nodes: nodes + (NODES.has(type) ? 1 : 0),
    flow: flow + (OPENS.has(type) ? 1 : 0) - (CLOSES.has(type) ? 1 : 0),
    run: type === 'newline' ? 0 : run + (type === 'seq-item-ind' ? 1 : 0),
  };
}

/**
 * Looks at the tokens before the parser does. The parser is recursive, and some of its checks take quadratic time:
 * 60 KiB of `[` or `? ` can end the process. What passes here is flat, short and without YAML's rarer features.
 */
export function checkTokens(yaml: string): void {
  const refuse = (detail: string): BundleProblem => new BundleProblem('frontmatter-invalid', detail);
  let counted: Count = { nodes: 0, flow: 0, run: 0 };
  // The fence is line 1.
  let line = 2;
  for (const token of new Lexer().lex(yaml)) {
    const type = CST.tokenType(token);
    const refused = type === null ? undefined : REFUSED[type];
    if (refused !== undefined) {
      const what = type === 'tag' ? `${refused} (${printable(token)})` : refused;
      throw refuse(`Line ${line} has ${what}, which frontmatter may not use.`);
    }
    counted = count(counted, type);
    const depth = Math.max(counted.flow, counted.run);
    if (depth > MOST_DEPTH) throw refuse(`Line ${line} nests deeper than ${MOST_DEPTH} levels.`);
    if (counted.nodes > MOST_NODES) throw refuse(`There are more than ${MOST_NODES} keys and items.`);
    line += token.split('\n').length - 1;
  }
}
