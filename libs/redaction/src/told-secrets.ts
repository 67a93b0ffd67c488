import { CODE_VALUE } from './code-value';
import type { RedactionClass } from './redaction-class';

/** What a shell takes for one word; neither code, such as a variable, nor what was taken out already. */
const WORD = `(?!${CODE_VALUE})(?:"(?![$[])[^"\\n]{1,256}"|'(?!\\[)[^'\\n]{1,256}'|\\\\?["']?(?![$[])[^\\s"'\`;|&<>()\\\\]{3,})`;
/** The rest of a command before an option, which no other command comes into. */
const BEFORE = '[^\\n|;&]{0,200}?\\s';
/** What no word of a sentence is: letters with digits or signs, or a long number. */
const PROSE = `(?!${CODE_VALUE})(?=[^\\s,;"'\`()[\\]{}<>|/]{5,})(?![$\\-]|https?:|(?:sha|md|argon|base|utf|pbkdf|oauth|rfc|v)-?\\d)(?=\\d{6}|[^\\s,;"'\`()[\\]{}<>|/]{0,64}(?:[A-Za-z][^\\s,;"'\`()[\\]{}<>|/]{0,64}[\\d@#%^&*+=~]|\\d[^\\s,;"'\`()[\\]{}<>|/]{0,64}[A-Za-z]))[^\\s,;"'\`()[\\]{}<>|/]{5,}`;
const PASSWORD = 'passwor[dt]|passwd|passphrase|passcode|kennwort|pwd';
/** What follows such a word where it is written about and not told. */
const NO_PASSWORD =
  '(?:a|an|and|any|are|as|at|can|cannot|do|does|empty|expected|expired|failed|false|field|flag|for|from|has|hash|if|in|incorrect|input|instead|invalid|is|length|may|mismatch|missing|must|no|none|not|null|of|on|only|option|optional|or|received|required|should|string|text|the|to|too|true|undefined|was|when|will|with|wrong)\\b';
/** Between the word for a secret and the secret. */
const IS =
  '(?:\\s{1,3}(?:for|of|to|on)(?:\\s{1,3}[\\w.@-]{1,40}){1,3}?(?=\\s{1,3}(?:is|was)|\\s?[:=]))?(?:\\s{1,3}(?:set|changed)(?=\\s))?(?:\\s{1,3}(?:is|was|to)|\\s?[:=])?\\s{1,3}["\'`]?';

const after = (name: string, before: string, secret: string, flags = 'g'): RedactionClass => ({
  name,
  pattern: new RegExp(`((?<![\\w-])${before})${secret}`, flags),
  leaves: true,
});

/** Secrets that show by what stands before them, which stays: in commands, and in what people write. */
export const toldSecrets: readonly RedactionClass[] = [
  after('mysql-password', `(?:mysql\\w{0,10}|mariadb(?:-\\w{1,10})?)\\b${BEFORE}-p`, WORD),
  after(
    'login-password',
    `(?:(?:docker|podman|nerdctl|buildah|oras|helm registry|npm|az|cf|oc) login|mongo\\w{0,10})\\b${BEFORE}(?:-p|--password)[ =]{1,3}`,
    WORD,
  ),
  after('sshpass-password', `sshpass\\s(?:-\\w{1,3}\\s{1,3})?-p\\s{0,3}`, WORD),
  after('redis-password', `redis-cli\\b${BEFORE}(?:-a|--pass)[ =]{1,3}`, WORD),
  after('directory-password', `ldap\\w{1,10}\\b${BEFORE}-w\\s{0,3}`, WORD),
  after('sql-server-password', `sqlcmd\\b${BEFORE}-P\\s{0,3}`, WORD),
  after(
    'request-password',
    `(?:curl|wget|https?)\\b[^\\n|;]{0,200}?\\s(?:-u|-U|-a|--(?:proxy-)?user|--auth)[ =]{0,3}["']?[^\\s:"'$/]{1,64}:`,
    WORD,
  ),
  after(
    'option',
    '--?(?:[a-z]{1,20}-){0,3}(?:password|passwd|passphrase|token|secret|api-?key|secret-?key|access-?key)(?:=|\\s{1,3}(?=["\']?[^\\s"\']{0,64}\\d))',
    WORD,
  ),
  after(
    'variable',
    '(?:[A-Z][A-Z0-9_]{0,64}?)?(?:PASSWORD|PASSWD|PASSPHRASE|TOKEN|SECRET|_PASS|_PWD|_KEY|_CREDENTIALS?)=',
    WORD,
  ),
  after(
    'aws-secret',
    'aws_(?:secret_access_key|session_token)["\']?\\s{0,3}[=:]?\\s{0,3}["\']?',
    '[A-Za-z0-9/+=]{16,}',
    'gi',
  ),
  after(
    'password-line',
    `^[ \\t>*-]{0,8}(?:\\w{1,20}[ _-]){0,2}(?:${PASSWORD})["']?[ \\t]{0,3}[:=][ \\t]{0,3}`,
    `(?!${CODE_VALUE}|["']?(?:[$\\[({<*]|${NO_PASSWORD}))\\S[^\\n]{2,127}`,
    'gim',
  ),
  after('password-option', '--(?:password|passwd|passphrase)\\s{1,3}', `(?!-|(?:${NO_PASSWORD}))${WORD}`),
  after('password-in-prose', `(?:${PASSWORD})${IS}`, PROSE, 'gi'),
  after(
    'passphrase-in-prose',
    `passphrase${IS}`,
    '(?!(?:auto|case|hard|non|pre|re|self|user|well)-)[a-z0-9]{3,32}(?:-[a-z0-9]{3,32}){1,12}',
    'gi',
  ),
  after(
    'login-in-prose',
    `(?:logins?|credentials|creds)(?:\\s{1,3}(?:is|are|was)|\\s?[:=])?\\s{1,3}[\\w.@+-]{1,64}(?:\\s{1,3}/\\s{1,3}|\\s?:\\s?)`,
    PROSE,
    'gi',
  ),
  after(
    'token-in-prose',
    `(?:token|secret|api key|access key)\\s{1,3}(?:is|was)\\s{1,3}["'\`]?`,
    `(?=\\S{12})${PROSE}`,
    'gi',
  ),
];
