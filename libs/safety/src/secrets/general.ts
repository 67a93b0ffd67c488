import type { SecretRule } from './rule';

const rule = (
  id: string,
  provider: string,
  pattern: string,
  keywords: string[],
  more: Partial<SecretRule> = {},
): SecretRule => ({
  id,
  provider,
  pattern,
  keywords,
  caseSensitive: true,
  entropy: 3,
  guess: false,
  ...more,
});

const NAME =
  '(?:api[_-]?(?:key|token|secret)|apikey|access[_-]?(?:key|token)|auth[_-]?(?:key|token|secret)|client[_-]?secret|secret[_-]?(?:key|token)?|private[_-]?(?:key|token)|password|passwd|bearer[_-]?token|app[_-]?secret|signing[_-]?(?:key|secret)|encryption[_-]?key|master[_-]?key|webhook[_-]?secret|session[_-]?secret|jwt[_-]?secret|db[_-]?pass(?:word)?|token|credentials?|pwd)';

/** Keys, passwords and tokens that no single provider owns. */
export const generalSecrets: readonly SecretRule[] = [
  rule(
    'private-key',
    'a private key',
    '-----BEGIN (?:(?:RSA|DSA|EC|OPENSSH|ENCRYPTED) )?PRIVATE KEY(?: BLOCK)?-----[\\s\\\\nr"\'+]{0,40}(?P<v>(?:(?:Proc-Type|DEK-Info):[^\\n]{0,80}\\s{1,4}){0,2}[A-Za-z0-9+/=\\s\\\\"\'+]{64,})',
    ['private key'],
    { entropy: 4 },
  ),
  rule(
    'pgp-private-key',
    'a PGP private key',
    '-----BEGIN PGP PRIVATE KEY BLOCK-----[^-]{0,400}?(?P<v>[A-Za-z0-9+/=\\s]{64,})',
    ['pgp private key'],
    { entropy: 4 },
  ),
  rule(
    'putty-key',
    'a PuTTY private key',
    'PuTTY-User-Key-File-\\d: [\\s\\S]{0,1000}?Private-Lines: \\d+\\s+(?P<v>[A-Za-z0-9+/=\\s]{64,})',
    ['putty-user-key-file'],
  ),
  rule('age-key', 'an age key', '(?P<v>AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58})', [
    'age-secret-key-1',
  ]),
  rule('gcp-service-account', 'a Google service account', '"private_key_id"\\s*:\\s*"(?P<v>[a-f0-9]{40})"', [
    'private_key_id',
  ]),
  rule(
    'jwt',
    'a JSON web token',
    '(?P<v>eyJ[A-Za-z0-9_-]{15,1000}\\.eyJ[A-Za-z0-9_-]{15,}\\.[A-Za-z0-9_-]{20,1000})',
    ['eyj'],
    { guess: true, entropy: 4 },
  ),
  rule(
    'url-password',
    'an address with a password',
    '\\b(?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\\+srv)?|rediss?|amqps?|mssql|sqlserver|ftp|sftp|smtps?|https?|ldaps?|clickhouse|cockroachdb|nats)(?:\\+\\w+)?://[^\\s:/@"\'<>${}]{0,60}:(?P<v>[^\\s@/"\'<>${}]{6,120})@(?:[\\w.-]+)',
    ['://'],
    { entropy: 2.8, guess: true },
  ),
  rule('npmrc-token', 'a registry token', '_authToken\\s*=\\s*["\']?(?P<v>[A-Za-z0-9_./+=-]{20,})', [
    '_authtoken',
  ]),
  rule(
    'netrc-password',
    'a netrc password',
    'machine\\s+\\S+\\s+login\\s+\\S+\\s+password\\s+(?P<v>\\S{8,})',
    ['machine '],
    { entropy: 2.8 },
  ),
  rule(
    'basic-header',
    'a basic authorization',
    '(?i:authorization)["\']?\\s*[:=]\\s*["\']?(?i:basic)\\s+(?P<v>[A-Za-z0-9+/]{20,200}={0,2})',
    ['basic'],
    { guess: true, entropy: 3.5 },
  ),
  rule(
    'bearer-header',
    'a bearer token',
    '(?i:authorization)["\']?\\s*[:=]\\s*["\']?(?i:bearer)\\s+(?P<v>[A-Za-z0-9_.~+/-]{24,400}=*)',
    ['bearer'],
    { guess: true, entropy: 3.7 },
  ),
  rule(
    'dotenv-secret',
    'a secret of an environment file',
    '(?m:^)\\s*(?:export\\s+)?[A-Z][A-Z0-9_]*(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASS|CREDENTIALS)\\s*=\\s*["\']?(?P<v>[A-Za-z0-9_/+=.!@#%^&*~-]{12,200})["\']?\\s*(?m:$)',
    ['key', 'token', 'secret', 'pass', 'credential'],
    { guess: true, entropy: 3.2 },
  ),
  rule(
    'assigned-secret',
    'a secret by its name',
    `(?i:\\b[\\w.-]{0,30}${NAME})["'\`]?\\s{0,3}(?::=|=>|[:=])\\s{0,3}["'\`](?P<v>[A-Za-z0-9_/+=.!@#%^&*~-]{16,200})["'\`]`,
    ['key', 'token', 'secret', 'pass', 'pwd', 'credential'],
    { guess: true, entropy: 3.2 },
  ),
  rule(
    'yaml-secret',
    'a secret by its name',
    '(?im:^)[ \\t-]{0,24}[\\w.-]{0,30}(?i:password|passwd|passphrase|secret|secret_?key|token|api_?key|access_?key|auth_?key|private_?key|credential)\\s{0,2}[:=]\\s{1,3}(?P<v>[A-Za-z0-9_/+=.!@#%^&*~-]{12,200})\\s*(?m:$)',
    ['pass', 'secret', 'token', 'key', 'credential'],
    { guess: true, entropy: 3.3 },
  ),
  rule(
    'connection-string',
    'a connection string',
    '(?i:(?:server|host|data source|accountname|endpoint)\\s*=[^;\\n]{3,80};[^\\n]{0,200}?(?:password|pwd|accountkey|sharedaccesskey)\\s*=\\s*)(?P<v>[^;"\'\\s<>${}]{8,120})',
    ['password', 'pwd', 'accountkey', 'sharedaccesskey'],
    { guess: true, entropy: 2.8 },
  ),
  rule(
    'command-password',
    'a password of a command line',
    '(?:\\bcurl\\b[^\\n]{0,160}\\s(?:-u|--user)[ =]?["\']?[^\\s:"\'$<{]{1,60}:|\\bsshpass\\s+-p\\s*["\']?|\\b(?:PGPASSWORD|MYSQL_PWD|REDISCLI_AUTH|SSHPASS)=["\']?|\\bmysql(?:dump)?\\b[^\\n]{0,80}\\s-p["\']?|\\s--password[= ]["\']?)(?P<v>[A-Za-z0-9_/+.!@#%^&*~-]{8,120})',
    ['-u', '--user', 'sshpass', 'pgpassword', 'mysql_pwd', 'mysql', '--password', 'rediscli_auth'],
    { guess: true, entropy: 2.8 },
  ),
  rule('docker-auth', 'a registry login', '"auth"\\s*:\\s*"(?P<v>[A-Za-z0-9+/]{20,200}={0,2})"', ['"auth"'], {
    guess: true,
  }),
  rule(
    'kubeconfig-key',
    'a cluster login',
    '(?:client-key-data|token-data)\\s*:\\s*(?P<v>LS0t[A-Za-z0-9+/=]{60,})',
    ['client-key-data', 'token-data'],
  ),
  rule(
    'session-cookie',
    'a login cookie',
    '(?i:cookie)["\']?\\s*[:=]\\s*["\']?[^\\n]{0,80}?(?i:sess(?:ion)?\\w{0,10}|auth\\w{0,10}|token|sid|jwt)=(?P<v>[A-Za-z0-9_.%+/-]{24,400})',
    ['cookie'],
    { guess: true, entropy: 3.7 },
  ),
  rule(
    'password-hash',
    'a password hash',
    '(?P<v>\\$(?:2[aby]\\$\\d{2}\\$[./A-Za-z0-9]{53}|6\\$[./A-Za-z0-9]{4,16}\\$[./A-Za-z0-9]{86}|argon2id\\$v=\\d+\\$[^\\s]{40,160}))',
    ['$2a$', '$2b$', '$2y$', '$6$', '$argon2'],
    { guess: true, entropy: 4 },
  ),
  rule(
    'spoken-password',
    'a password',
    '(?i:\\b(?:password|passwd|passphrase|pwd|pass))["\'`]?\\s{0,2}(?:is|=|:|->)\\s{1,2}["\'`]?(?P<v>[A-Za-z0-9_/+.!@#%^&*?~-]{8,64})',
    ['pass', 'pwd'],
    { guess: true, entropy: 2.8 },
  ),
  rule(
    'encoded-private-key',
    'a private key',
    '(?P<v>LS0tLS1CRUdJTi[A-Za-z0-9+/=\\s]{100,})',
    ['ls0tls1crudjti'],
    { entropy: 4 },
  ),
  rule('slack-browser', 'Slack', '(?P<v>xox[cd]-[A-Za-z0-9%-]{40,400})', ['xoxc-', 'xoxd-']),
  rule(
    'ethereum-key',
    'a wallet key',
    '(?i:private[_ -]?key|wallet[_ -]?key|secret[_ -]?key)["\'`]?\\s*[:=]\\s*["\'`]?(?P<v>0x[a-fA-F0-9]{64})\\b',
    ['0x'],
    { entropy: 3.2 },
  ),
  rule(
    'bitcoin-wif',
    'a wallet key',
    '(?i:wif|private[_ -]?key|wallet)["\'`]?\\s*[:=]\\s*["\'`]?(?P<v>[5KL][1-9A-HJ-NP-Za-km-z]{50,51})\\b',
    ['wif', 'private', 'wallet'],
    { entropy: 4 },
  ),
];
