import { Document } from './document';
import { type Finding, isGrave, raised } from './finding';
import { argumentsJoined } from './hidden/arguments';
import { foldText, isDisguised } from './hidden/fold';
import { scanMarkup } from './hidden/markup';
import { expandVariables } from './hidden/variables';
import { scanThreats, type Setting } from './threats/scan-threats';

/** The same text as an agent takes it, where that differs; what only shows then was hidden. */
export function unmasked(
  document: Document,
  text: string,
  plain: readonly Finding[],
  setting: Setting,
): Finding[] {
  const folded = foldText(text);
  if (folded === text) return [];
  const known = new Set(plain.filter(isGrave).map(({ rule, line }) => `${rule}\0${line ?? 0}`));
  const hidden = new Document(document.path, Buffer.from(folded));
  return [...scanThreats(hidden, setting).findings, ...scanMarkup(hidden)]
    .filter((finding) => isGrave(finding) && !known.has(`${finding.rule}\0${finding.line ?? 0}`))
    .map((finding) => {
      const line = document.lines.text(finding.line ?? 1, finding.line ?? 1);
      // Full-width punctuation is how Chinese and Japanese are written.
      return isDisguised(line) ? { ...finding, severity: raised(finding.severity) } : finding;
    });
}

/** What only shows when the shell's variables are written out. */
export function expanded(
  document: Document,
  text: string,
  plain: readonly Finding[],
  setting: Setting,
): Finding[] {
  const written = expandVariables(text);
  if (written === text) return [];
  const known = new Set(plain.filter(isGrave).map(({ rule, line }) => `${rule}\0${line ?? 0}`));
  return scanThreats(new Document(document.path, Buffer.from(written)), setting).findings.filter(
    (finding) => isGrave(finding) && !known.has(`${finding.rule}\0${finding.line ?? 0}`),
  );
}

/** A backslash at its end makes a line and the next one: programs from the network that are run that way. */
export function continued(
  path: string,
  text: string,
  plain: readonly Finding[],
  setting: Setting,
): Finding[] {
  const joined = text.replace(/\\\r?\n/g, ' ');
  if (joined === text) return [];
  const known = new Set(plain.filter(isGrave).map(({ rule }) => rule));
  return scanThreats(new Document(path, Buffer.from(joined)), setting).findings.filter(
    ({ rule, layer, severity }) => layer === 'capability' && severity !== 'info' && !known.has(rule),
  );
}

/** What only shows when a command that is given as a list is read as one line. */
export function listed(
  document: Document,
  text: string,
  plain: readonly Finding[],
  setting: Setting,
): Finding[] {
  const written = document.markdown ? undefined : argumentsJoined(text);
  if (written === undefined) return [];
  const known = new Set(plain.filter(isGrave).map(({ rule }) => rule));
  return scanThreats(new Document(document.path, Buffer.from(written)), setting).findings.filter(
    ({ rule, layer, severity }) => layer !== 'injection' && severity !== 'info' && !known.has(rule),
  );
}

/** More blanks than a pattern's run without a bound is taken to match, see `matching/needed.ts`. */
const PADDING = /\s{100}/;

/** What only shows when long runs of blanks are one: keywords with more than that between them are not seen together. */
export function squeezed(
  document: Document,
  text: string,
  plain: readonly Finding[],
  setting: Setting,
): Finding[] {
  if (!PADDING.test(text)) return [];
  const written = text.replace(/[^\S\n]{8,}/g, ' ').replace(/\n(?:[^\S\n]?\n){8,}/g, '\n\n');
  const known = new Set(plain.filter(isGrave).map(({ rule }) => rule));
  return scanThreats(new Document(document.path, Buffer.from(written)), setting)
    .findings.filter((finding) => isGrave(finding) && !known.has(finding.rule))
    .map((finding) => ({ ...finding, line: null }));
}

/** What only shows when the lines are read from their end, where something says that they are to be. */
export function turned(document: Document, text: string, setting: Setting): Finding[] {
  if (!/\b(?:backwards?|revers(?:e|ed)|from (?:its|the|their) end)\b/i.test(text)) return [];
  const lines = text.split('\n').map((line) => [...line].reverse().join(''));
  return scanThreats(new Document(document.path, Buffer.from(lines.join('\n'))), setting).findings.filter(
    isGrave,
  );
}
