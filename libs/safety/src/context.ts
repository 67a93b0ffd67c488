import type { Document } from './document';
import { lowered, type Severity } from './finding';
import type { Zone } from './rule';

/** What marks the text around as a warning, a lesson or a detection and not as an order. */
const DEFENCE =
  /\b(?:insecure|unsafe|vulnerab\w*|malicious|attack\w*|adversar\w*|injections?|red flags?|suspicious|detect(?:s|ed|ing|ion|ions|or|ors)?|anti-?patterns?|forbidden|blocked|blocklist|rejected|refuse[sd]?|exploit\w*|payloads?|threats?|dangerous|risky|harmful|phishing|malware|jailbreak\w*|CVE|CWE|T1\d{3}|ATT&CK|OWASP|SSRF|exfiltrat\w*|indicators? of|IOCs?|yara|sigma|honeypot|pentest\w*|red[- ]team\w*|untrusted|as (?:plain )?data|treat (?:it|them|any|such|that) as(?! (?:if|though|the user))|disallow\w*|denylist|deny list|flagged|flag (?:it|any|this|these|them)|warning signs?|hostile|misconfigur\w*|privilege escalation|(?:do not|don'?t|must not|should not|shall not|never|not) (?:do|run|use|allow\w*|permit\w*|follow|trust|execute|obey|paste|be (?:run|used|executed|followed)) (?:it|this|that|these|them|commands|any|such|anything|what|unread|blindly|unless|in|`|"))\b|❌|✗|🚫|⛔|⚠/iu;

/** A label over a bad example. */
const LABEL =
  /(?:^|[#*/>|\-\s(])(?:bad|wrong|avoid|don'?ts?|never|anti-?pattern)\b[\s*_]{0,4}(?:[:(—–]|example|practice|idea|$)/im;
/** What turns an order into its opposite, when it stands before it in the sentence. */
const NEGATION =
  /\b(?:never|avoid|don'?t|do not|must not|should not|shouldn'?t|not|no|refuse|reject|block|instead of|rather than|prevents?|stop|without)\b[^.!?;:]{0,60}$/i;

/** What an order to the agent may also say, and which must not count as a defence. */
const FALSE_DEFENCE =
  /(?:ignore|disregard|bypass|skip|disable|despite|expect|normal|false positives?|not (?:malicious|suspicious|dangerous)|whitelist|allow ?list|safe to)[^.\n]{0,60}(?:warn|alert|scan|block|flag|detect|security|suspicious)/i;

const SECURITY_TOPIC =
  /\b(?:security|secur(?:e|ing) cod|pentest\w*|penetration|red[- ]team\w*|malware|forensic\w*|vulnerab\w*|threat\w*|incident|harden\w*|audit\w*|reverse[- ]engineer\w*|exploit\w*|ctf|prompt[- ]injection|guardrails?|secrets? (?:management|scanning|detection)|sast|owasp|attack\w*|detection|compliance|binary analysis|anti-reversing|moderation|safety)\b/i;

/** Whether a bundle is about security, by what it calls itself. */
export const isAboutSecurity = (...names: readonly (string | null | undefined)[]): boolean =>
  names.some((name) => name != null && SECURITY_TOPIC.test(name.replace(/[-_]/g, ' ')));

/** Files that hold records, which something else reads. */
const DATA = /\.(?:jsonl|ndjson|csv|tsv|json|ya?ml)$/i;

const QUOTES = /["'`“”„«»‘’|]/;

/** Whether the match stands in quotes, code marks or a table on its line. */
function isQuoted(line: string, text: string): boolean {
  const head = text.split('\n')[0] ?? '';
  const at = line.indexOf(head);
  if (at === -1) return false;
  return (
    (QUOTES.test(line.slice(0, at)) && QUOTES.test(line.slice(at + head.length))) ||
    line.trimStart().startsWith('|')
  );
}

/** Whether a line is one of a list, a table or a quotation. */
const isListed = (line: string): boolean => /^\s*(?:[-*+>|]|\d{1,2}[.)])\s/.test(line);

function isDefended(document: Document, offset: number, zone: Zone, byWords = true): boolean {
  const { lines } = document;
  const line = lines.at(offset);
  const from = zone === 'fence' ? Math.max(document.blockStart(offset) - 3, 1) : line;
  const near = [
    document.headingAbove(offset),
    zone === 'fence' && line - from > 30 ? lines.text(from, from + 4) : '',
    lines.text(Math.max(zone === 'fence' && line - from <= 30 ? from : line - 3, 1), line),
  ].join('\n');
  if (FALSE_DEFENCE.test(near)) return false;
  if ((byWords && DEFENCE.test(near)) || LABEL.test(near)) return true;
  const head = document.bytes.toString('utf8', Math.max(lines.start(line), offset - 100), offset);
  return zone === 'prose' && NEGATION.test(head);
}

interface Place {
  readonly document: Document;
  readonly offset: number;
  readonly zone: Zone;
  /** The match as text. */
  readonly text: string;
  /** Several signals together: words of warning around them are no excuse, only a label or a no. */
  readonly together?: boolean;
  /** Words to the agent, and no command: they may be told as well as meant. */
  readonly words?: boolean;
}

/**
 * What a finding weighs where it stands. What is shown as an example of what not to do weighs less; a program and a
 * comment that nobody sees are no examples.
 */
export function weigh(severity: Severity, place: Place, security: boolean): Severity {
  const { document, offset, zone, text, together = false, words = false } = place;
  if (zone === 'comment') return severity;
  // A list of cases holds such words as data; whether they are meant, a person decides.
  if (zone === 'code' && words && severity === 'block' && DATA.test(document.path)) return 'review';
  if (zone === 'code')
    return security && severity === 'review' && isDefended(document, offset, zone) ? 'info' : severity;
  const example = zone === 'fence' || isQuoted(document.lines.around(offset), text);
  const defended = isDefended(document, offset, zone, security || !together);
  if (defended) return example || security ? 'info' : lowered(severity);
  // Where they are quoted or listed, a person decides.
  const isTold = words && zone === 'prose' && (example || isListed(document.lines.around(offset)));
  if (isTold && severity === 'block') return 'review';
  return security && example ? lowered(severity) : severity;
}
