import RE2 from 're2';
import { weigh } from '../context';
import type { Document } from '../document';
import { type Finding, lowered, raised } from '../finding';
import { type Match, Matcher, MOST_MATCHES } from '../matching/matcher';
import type { Rule } from '../rule';
import { askedRules } from './asked';
import { combinations, meetings, type Sighting } from './combinations';
import { commandRules } from './commands';
import { hostsIn, isAnybodys, isForeign } from './hosts';
import { injectionRules } from './injection';
import { languageRules } from './languages';
import { machineRules } from './machine';
import { orderRules } from './orders';
import { persistenceRules } from './persistence';
import { placeRules } from './places';
import { programRules } from './programs';
import { sendingRules } from './sending';
import { sightingsOf } from './signals';
import { takenRules } from './taken';

/** All single patterns of threats. */
export const threatRules: readonly Rule[] = [
  ...injectionRules,
  ...languageRules,
  ...commandRules,
  ...takenRules,
  ...sendingRules,
  ...placeRules,
  ...persistenceRules,
  ...orderRules,
  ...askedRules,
  ...programRules,
  ...machineRules,
];

const matcher = new Matcher(threatRules);
const followers = new Map(
  threatRules.flatMap((rule) =>
    rule.unlessFollowedBy === undefined
      ? []
      : [[rule, new RE2(`^(?:${rule.unlessFollowedBy})`, 'i')] as const],
  ),
);
const exceptions = new Map(
  threatRules.flatMap((rule) =>
    rule.unless === undefined ? [] : [[rule, new RE2(rule.unless, 'i')] as const],
  ),
);

/** What is known of the bundle around a document. */
export interface Setting {
  /** It calls itself one about security, so that its examples weigh less. */
  readonly security: boolean;
  /** Paths of the archives whose files are scanned with the bundle. */
  readonly opened: ReadonlySet<string>;
}

export interface Threats {
  readonly findings: Finding[];
  readonly sightings: Sighting[];
}

const BEFORE = 120;
const AFTER = 40;

function isExcepted({ rule, text, offset }: Match<Rule>, { bytes }: Document): boolean {
  const end = offset + text.length;
  const line = bytes.lastIndexOf(0x0a, offset - 1) + 1;
  const around = (): string => bytes.toString('utf8', Math.max(line, offset - BEFORE), end + AFTER);
  if (exceptions.get(rule)?.test(around()) === true) return true;
  return followers.get(rule)?.test(bytes.toString('utf8', end, end + AFTER)) === true;
}

/** A program from a well-known place is no surprise. */
const isFamiliar = ({ rule, text, offset }: Match<Rule>, document: Document): boolean => {
  if (rule.signal !== 'remote-code' && rule.signal !== 'remote-instructions') return false;
  const named = hostsIn(text);
  // On these anybody publishes what he likes under a good name.
  if (rule.signal === 'remote-instructions' && named.some(isAnybodys)) return false;
  const hosts = named.length > 0 ? named : hostsIn(document.lines.around(offset));
  return hosts.length > 0 && !hosts.some(isForeign);
};

/** What a container image holds changes no machine of the user. */
const IMAGE = /(?:^|\/)(?:Dockerfile|Containerfile)[^/]*$|\.dockerfile$|(?:^|\/)\.devcontainer\//i;
const OF_THE_MACHINE = new Set([
  'raised-rights',
  'shell-startup',
  'scheduled',
  'login-key',
  'library-preload',
  'security-off',
  'destructive',
]);

function findingOf(match: Match<Rule>, document: Document, { security }: Setting): Finding {
  const { rule, offset, text } = match;
  const zone = document.zoneAt(offset);
  const grave = zone === 'comment' && rule.severity !== 'info' ? raised(rule.severity) : rule.severity;
  const inImage = IMAGE.test(document.path) && OF_THE_MACHINE.has(rule.id);
  const severity = rule.always
    ? grave
    : weigh(grave, { document, offset, zone, text, words: rule.layer === 'injection' }, security);
  return {
    rule: rule.id,
    layer: rule.layer,
    severity: isFamiliar(match, document) || inImage ? 'info' : severity,
    file: document.path,
    line: document.lines.at(offset),
    message: rule.message,
  };
}

function meetingFindings(
  sightings: readonly Sighting[],
  document: Document,
  { security }: Setting,
): Finding[] {
  return combinations.flatMap((combination) =>
    meetings(combination, sightings).map(({ offset, zone, line }) => {
      const weighed = weigh(
        combination.severity,
        { document, offset, zone, text: '', together: true },
        security,
      );
      // Two things that belong together are rarely an example by chance: they weigh one step less at most.
      const severity = combination.always
        ? combination.severity
        : atLeast(weighed, lowered(combination.severity));
      const { id, layer, message } = combination;
      return { rule: id, layer, severity, file: document.path, line, message };
    }),
  );
}

const atLeast = (severity: Finding['severity'], floor: Finding['severity']): Finding['severity'] =>
  severity === 'info' ? floor : severity;

/** Looks for threats in one text: single patterns, and signals that mean something only together. */
export function scanThreats(document: Document, setting: Setting): Threats {
  const found = matcher.find(document.bytes);
  const matches = found.filter((match) => {
    const { zones } = match.rule;
    if (zones !== undefined && !zones.includes(document.zoneAt(match.offset))) return false;
    return !isExcepted(match, document);
  });
  const sightings = matches
    .flatMap((match) => (isFamiliar(match, document) ? [] : sightingsOf(match, document)))
    .sort((a, b) => a.offset - b.offset);
  const singles = matches
    .filter(({ rule }) => rule.silent !== true)
    .map((match) => findingOf(match, document, setting));
  return {
    findings: [...singles, ...meetingFindings(sightings, document, setting), ...saturation(found, document)],
    sightings,
  };
}

function saturation(found: readonly Match<Rule>[], { path }: Document): Finding[] {
  const counts = new Map<Rule, number>();
  for (const { rule } of found) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  const flooded = [...counts].some(
    ([rule, count]) => count >= MOST_MATCHES && rule.silent !== true && rule.severity !== 'info',
  );
  if (!flooded) return [];
  const message = `One pattern matches ${MOST_MATCHES} times or more; the rest of the file was not judged by it.`;
  return [{ rule: 'flooded', layer: 'structure', severity: 'review', file: path, line: null, message }];
}
