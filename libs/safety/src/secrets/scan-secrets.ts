import type { Document } from '../document';
import type { Finding } from '../finding';
import { type Match, Matcher } from '../matching/matcher';
import { cloudSecrets } from './cloud';
import { developerSecrets } from './developer';
import { generalSecrets } from './general';
import { entropyOf, isPlaceholder } from './placeholder';
import type { SecretRule } from './rule';
import { serviceSecrets } from './services';

/** All kinds of secret. */
export const secretRules: readonly SecretRule[] = [
  ...cloudSecrets,
  ...developerSecrets,
  ...serviceSecrets,
  ...generalSecrets,
];

const matcher = new Matcher(secretRules);

/** Names and paths in code look like secrets by their length: words, separators, no digits. */
const isName = (value: string): boolean =>
  /^[a-z]+(?:[A-Z][a-z]+)+$/.test(value) ||
  /^[A-Za-z]+(?:[_.\-/:][A-Za-z]+)+$/.test(value) ||
  /^[A-Za-z_.]+\(?$/.test(value);

const LOCAL =
  /@(?:(?:localhost|db|postgres|mysql|redis|mongo\w*|rabbitmq|host|hostname|server)(?:[:/]|$)|127\.|0\.0\.0\.0|[\w-]+:\d|[\w-]*example|[\w-]+$)/i;
const COMMON_PASSWORD =
  /^(?:pass(?:word|wd|phrase)?\w{0,4}|user\w*|admin\w*|root\w*|secret\w*|postgres\w*|mysql\w*|guest\w*|test\w*|token\w*|changeit|dbpass\w*|mypass\w*|pw\w*|key\w*|api\w*)$/i;

/** Letters of both cases, digits and another sign: what people make up when they are told to. */
const isStrong = (value: string): boolean =>
  [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(value)).length >= 3 &&
  !/^[\w.-]+\.\w{2,4}$/.test(value);

/** Rules that see only a name and a text, which are passwords where the text looks made up. */
const MADE_UP = new Set(['spoken-password', 'spoken-login', 'quoted-password']);

function isFalse({ rule, value, text }: Match<SecretRule>, line: string): boolean {
  if (isPlaceholder(value, line) || entropyOf(value) < rule.entropy) return true;
  if (rule.id === 'url-password') return COMMON_PASSWORD.test(value) || LOCAL.test(text);
  if (MADE_UP.has(rule.id)) return !isStrong(value);
  if (rule.id === 'seed-phrase') return new Set(value.split(' ')).size < 10;
  if (rule.id === 'cluster-secret') {
    const plain = Buffer.from(value, 'base64').toString('latin1').trim();
    return isPlaceholder(plain, '') || COMMON_PASSWORD.test(plain);
  }
  if (!rule.guess) return false;
  return (
    isName(value) ||
    !/\d/.test(value) ||
    /^[\d.,_-]+$/.test(value) ||
    /^(?:sha\d+[-:]|v?\d+\.\d+)/.test(value)
  );
}

/**
 * Secrets in a text, wherever they stand: a key in an example is as stolen as one in a program. A finding says what
 * kind and how long, and nothing of the secret.
 */
export function scanSecrets(document: Document): Finding[] {
  const matches = matcher
    .find(document.bytes)
    .filter((match) => !isFalse(match, document.lines.around(match.offset)));
  const sure = new Set(
    matches.filter(({ rule }) => !rule.guess).map((match) => document.lines.at(match.offset)),
  );
  return matches
    .filter((match) => !match.rule.guess || !sure.has(document.lines.at(match.offset)))
    .map(({ rule, offset, value }) => ({
      rule: `secret-${rule.id}`,
      layer: 'secret',
      severity: rule.guess || rule.id === 'stripe-test' ? 'review' : 'block',
      file: document.path,
      line: document.lines.at(offset + 1),
      message: `Looks like ${rule.guess ? '' : 'a secret of '}${rule.provider} (${value.length} characters).`,
    }));
}
