import type { Outcome } from '../transcript/record';

/** A command whose last part only shows what the part before it writes, so that its end says nothing of that one. */
const SHOWN_BY = /^\s*(?:\S{0,80}\/)?(?:tail|head|tee|grep|egrep|rg|cat|less|sed|awk|cut|sort|uniq|wc|nl)\b/;
/** With it, the first part that fails is how the command ends. */
const PIPEFAIL = /\bset\s{1,4}(?:-\S{1,8}\s{1,4}){0,3}-?\S{0,8}o\s{1,4}pipefail\b|PIPESTATUS|pipestatus/;

const FAILED = [
  ...[/\b[1-9]\d{0,6} (?:failed|failing|failures?|errors?)\b/i, /\btest result: FAILED\b/, /^--- FAIL/m],
  ...[
    /^FAIL(?:ED)?\b/m,
    /^npm (?:ERR!|error)/m,
    /^error(?:\[E\d{4}\])?: /m,
    /^E {3}\S/m,
    /\bexit code [1-9]/i,
  ],
];
const PASSED = [
  ...[/\b[1-9]\d{0,6} (?:passed|passing)\b/i, /\btest result: ok\b/, /^ok\s+\S+\s+[\d.(]/m, /^PASS\b/m],
];

function endsInAPipe(command: string): boolean {
  if (PIPEFAIL.test(command)) return false;
  const [last = ''] = command
    .slice(0, 4_000)
    .split(/&&|;|\n/)
    .reverse();
  const parts = last.split(/(?<!\|)\|&?(?!\|)/);
  return parts.length > 1 && SHOWN_BY.test(parts.at(-1) ?? '');
}

/**
 * How the first command of a pipe ended, as far as its output says, where another one had the last word: `npm test | tail`
 * passes though the tests fail. Without such words nobody knows.
 */
export function outcomeOf(command: string, outcome: Outcome, text: string): Outcome {
  if ((outcome !== 'passed' && outcome !== 'failed') || !endsInAPipe(command)) return outcome;
  if (FAILED.some((sign) => sign.test(text))) return 'failed';
  return PASSED.some((sign) => sign.test(text)) ? 'passed' : 'unknown';
}
