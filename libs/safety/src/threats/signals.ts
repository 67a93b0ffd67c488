import type { Document } from '../document';
import type { Match } from '../matching/matcher';
import type { Rule } from '../rule';
import type { Sighting } from './combinations';
import { hostsIn, isForeign, isLocal } from './hosts';

const EMAIL =
  /\b(?:send|forward|e?mail|b?cc|transmit|exfiltrate|deliver|relay)\w*\b[^\n]{0,200}?[\w.+-]+@([\w-]+(?:\.[\w-]+)+)/i;

/** What kinds of consent are not asked for. */
const CONSENT: Readonly<Record<string, string>> = {
  'agent-unlocked': 'unlocked',
  'false-authority': 'authority',
};

/** What copies to a place without naming its host. */
const STORAGE = /\b(?:aws\s+s3|gsutil|rclone)\s/i;

/** The hosts named by a match and by the lines around it. */
const hostsAround = (document: Document, line: number, reach: number): string[] =>
  hostsIn(document.lines.text(line - reach, line + reach));

/** What sending means depends on where to. */
function derived({ rule, text }: Match<Rule>, document: Document, line: number): string[] {
  if (rule.signal === 'send') {
    const remote = /@([\w-]+(?:\.[\w-]+)+):/.exec(text)?.[1];
    const hosts = [
      ...hostsAround(document, line, 3),
      ...(remote === undefined ? [] : [remote.toLowerCase()]),
    ];
    // Copying over SSH is how one deploys, with a key; only what is copied may be wrong.
    if (/^\s*(?:scp|rsync|sftp|ssh)\b/.test(text))
      return hosts.some(isForeign) ? ['send-out', 'send-elsewhere'] : [];
    if (hosts.some(isForeign)) return ['send-foreign', 'send-elsewhere', 'send-out'];
    if (hosts.some((host) => !isLocal(host)) || STORAGE.test(text)) return ['send-out'];
    return hosts.length === 0 &&
      /curl|wget|http|fetch|requests|\bnc\b|ncat|axios|urlopen|socket|invoke|gist|\bdig\b|nslookup|resolve/i.test(
        text,
      )
      ? ['send-foreign']
      : [];
  }
  if (rule.signal === 'send-words') {
    const email = EMAIL.exec(text)?.[1];
    const hosts = email === undefined ? hostsIn(text) : [...hostsIn(text), email.toLowerCase()];
    return hosts.some(isForeign) ? ['send-away'] : [];
  }
  if (rule.signal === 'sends-words') return hostsIn(text).some(isForeign) ? ['sends-to-stranger'] : [];
  if (rule.signal === 'parameters') return hostsIn(text).some(isForeign) ? ['foreign-parameters'] : [];
  if (rule.signal === 'no-consent') return [CONSENT[rule.id] ?? 'consent-words'];
  if (rule.signal === 'archive-link') return hostsIn(text).some(isForeign) ? ['archive-foreign'] : [];
  return [];
}

/** What a match means for combinations: its own signal, and what follows from the address it names. */
export function sightingsOf(match: Match<Rule>, document: Document): Sighting[] {
  const { rule, offset, value } = match;
  if (rule.signal === undefined) return [];
  const line = document.lines.at(offset);
  const zone = document.zoneAt(offset);
  return [rule.signal, ...derived(match, document, line)].map((signal) => ({
    signal,
    line,
    zone,
    offset,
    value,
  }));
}
