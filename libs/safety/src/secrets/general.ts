import type { SecretRule } from './rule';

const rule = (id: string, provider: string, pattern: string, more: Partial<SecretRule> = {}): SecretRule => ({
  id,
  provider,
  pattern,
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
    { entropy: 4 },
  ),
  rule(
    'pgp-private-key',
    'a PGP private key',
    '-----BEGIN PGP PRIVATE KEY BLOCK-----[^-]{0,400}?(?P<v>[A-Za-z0-9+/=\\s]{64,})',
    { entropy: 4 },
  ),
  rule(
    'putty-key',
    'a PuTTY private key',
    'PuTTY-User-Key-File-\\d: [\\s\\S]{0,1000}?Private-Lines: \\d+\\s+(?P<v>[A-Za-z0-9+/=\\s]{64,})',
  ),
  rule('age-key', 'an age key', 'AGE-SECRET-KEY-1(?P<v>[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58})'),
  rule('gcp-service-account', 'a Google service account', '"private_key_id"\\s*:\\s*"(?P<v>[a-f0-9]{40})"'),
  rule(
    'jwt',
    'a JSON web token',
    '(?P<v>eyJ[A-Za-z0-9_-]{15,1000}\\.eyJ[A-Za-z0-9_-]{15,}\\.[A-Za-z0-9_-]{20,1000})',
    { guess: true, entropy: 4 },
  ),
  rule(
    'url-password',
    'an address with a password',
    '\\b[a-zA-Z][a-zA-Z0-9+.-]{1,20}://[^\\s:/@"\'<>${}]{0,60}:(?P<v>[^\\s@/"\'<>${}]{6,120})@(?:[\\w.-]+)',
    { entropy: 2.8, guess: true },
  ),
  rule('npmrc-token', 'a registry token', '_authToken\\s*=\\s*["\']?(?P<v>[A-Za-z0-9_./+=-]{20,})'),
  rule(
    'netrc-password',
    'a netrc password',
    'machine\\s+\\S+\\s+login\\s+\\S+\\s+password\\s+(?P<v>\\S{8,})',
    { entropy: 2.8 },
  ),
  rule(
    'basic-header',
    'a basic authorization',
    '(?i:authorization)["\']?\\s*[:=]\\s*["\']?(?i:basic)\\s+(?P<v>[A-Za-z0-9+/]{20,200}={0,2})',
    { guess: true, entropy: 3.5 },
  ),
  rule(
    'bearer-header',
    'a bearer token',
    '(?i:authorization)["\']?\\s*[:=]\\s*["\']?(?i:bearer)\\s+(?P<v>[A-Za-z0-9_.~+/-]{24,400}=*)',
    { guess: true, entropy: 3.7 },
  ),
  rule(
    'dotenv-secret',
    'a secret of an environment file',
    '(?m:^)\\s*(?:export\\s+)?[A-Z][A-Z0-9_]*(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASS|CREDENTIALS)\\s*=\\s*["\']?(?P<v>[A-Za-z0-9_/+=.!@#%^&*~-]{12,800})["\']?\\s*(?m:$)',
    { guess: true, entropy: 3.2 },
  ),
  rule(
    'assigned-secret',
    'a secret by its name',
    `(?i:\\b[\\w.-]{0,30}${NAME})["'\`]?\\s{0,3}(?::=|=>|[:=])\\s{0,3}["'\`](?P<v>[A-Za-z0-9_/+=.!@#%^&*~-]{16,200})["'\`]`,
    { guess: true, entropy: 3.2 },
  ),
  rule(
    'yaml-secret',
    'a secret by its name',
    '(?im:^)[ \\t-]{0,24}[\\w.-]{0,30}(?i:password|passwd|passphrase|secret|secret_?key|token|api_?key|access_?key|auth_?key|private_?key|credential)[\\w-]{0,12}\\s{0,2}[:=]\\s{1,3}(?P<v>[A-Za-z0-9_/+=.!@#%^&*~-]{12,200})\\s*(?m:$)',
    { guess: true, entropy: 3.3 },
  ),
  rule(
    'connection-string',
    'a connection string',
    '(?i:(?:server|host|data source|accountname|endpoint)\\s*=[^;\\n]{3,80};[^\\n]{0,200}?(?:password|pwd|accountkey|sharedaccesskey)\\s*=\\s*)(?P<v>[^;"\'\\s<>${}]{8,120})',
    { guess: true, entropy: 2.8 },
  ),
  rule(
    'command-password',
    'a password of a command line',
    '(?:\\bcurl\\b[^\\n]{0,160}\\s(?:-u|--user)[ =]?["\']?[^\\s:"\'$<{]{1,60}:|\\bsshpass\\s+-p\\s*["\']?|\\b(?:PGPASSWORD|MYSQL_PWD|REDISCLI_AUTH|SSHPASS)=["\']?|\\bmysql(?:dump)?\\b[^\\n]{0,80}\\s-p["\']?|\\s--password[= ]["\']?)(?P<v>[A-Za-z0-9_/+.!@#%^&*~-]{8,120})',
    { guess: true, entropy: 2.8 },
  ),
  rule(
    'statement-password',
    'a password of a database',
    "(?i:\\b(?:WITH (?:ENCRYPTED )?PASSWORD|IDENTIFIED BY|SET PASSWORD\\b[^\\n']{0,40}))\\s*(?:=\\s*)?'(?P<v>[^'\\s<>${}]{8,64})'",
    { guess: true, entropy: 2.8 },
  ),
  rule(
    'network-key',
    'the key of a network',
    '(?m:^)\\s*(?:psk|wpa_passphrase|wifi_password)\\s*=\\s*["\']?(?P<v>[^"\'\\s<>${}]{8,63})["\']?\\s*(?m:$)',
    { guess: true, entropy: 2.8 },
  ),
  rule(
    'property-password',
    'a password of a configuration',
    '(?m:^)[ \\t]*[a-z][\\w-]{0,40}(?:\\.[\\w-]{1,40}){1,8}\\.(?i:password|passwd|secret|token|api-?key)[ \\t]*=[ \\t]*(?P<v>[^\\s<>${}"\']{8,120})[ \\t]*(?m:$)',
    { guess: true, entropy: 2.8 },
  ),
  rule(
    'login-password',
    'a password of a command line',
    '\\b(?:docker|podman|helm registry|az acr|skopeo|oras) login\\b[^\\n]{0,120}\\s(?:-p|--password)[= ]["\']?(?P<v>[^\\s"\'$<>{}]{8,120})',
    { guess: true, entropy: 2.8 },
  ),
  rule(
    'twilio-auth-token',
    'Twilio',
    '\\bAC[a-f0-9]{32}\\b[\\s\\S]{0,80}?(?i:auth)[\\w -]{0,12}[\\s"\':=]{1,6}(?P<v>[a-f0-9]{32})\\b',
    { guess: true, entropy: 3 },
  ),
  rule('docker-auth', 'a registry login', '"auth"\\s*:\\s*"(?P<v>[A-Za-z0-9+/]{20,200}={0,2})"', {
    guess: true,
  }),
  rule(
    'kubeconfig-key',
    'a cluster login',
    '(?:client-key-data|token-data)\\s*:\\s*(?P<v>LS0t[A-Za-z0-9+/=]{60,})',
  ),
  rule(
    'session-cookie',
    'a login cookie',
    '(?i:cookie)["\']?\\s*[:=]\\s*["\']?[^\\n]{0,80}?(?i:sess(?:ion)?\\w{0,10}|auth\\w{0,10}|token|sid|jwt)=(?P<v>[A-Za-z0-9_.%+/-]{24,400})',
    { guess: true, entropy: 3.7 },
  ),
  rule(
    'password-hash',
    'a password hash',
    '(?P<v>\\$(?:apr1\\$[./A-Za-z0-9]{2,8}\\$[./A-Za-z0-9]{22}|2[aby]\\$\\d{2}\\$[./A-Za-z0-9]{53}|6\\$[./A-Za-z0-9]{4,16}\\$[./A-Za-z0-9]{86}|argon2id\\$v=\\d+\\$[^\\s]{40,160}))',
    { guess: true, entropy: 4 },
  ),
  rule(
    'spoken-password',
    'a password',
    '(?i:\\b(?:password|passwd|passphrase|pwd|pass))(?:\\s+(?i:for|of|to|on)\\s[^.\\n]{1,40}?)?["\'`]?\\s{0,2}(?:is|=|:|->)\\s{0,2}["\'`]?(?P<v>[A-Za-z0-9_/+.!@#%^&*?~-]{8,64})|(?i:\\bwith (?:the )?(?:password|passphrase)\\s+)["\'`]?(?P<w>[A-Za-z0-9_/+.!@#%^&*?~-]{8,64})',
    { guess: true, entropy: 2.8 },
  ),
  rule(
    'spoken-login',
    'a login',
    '(?i:\\b(?:login|credentials?|account|sign[ -]?in)\\s*:\\s*)[\\w.@-]{2,60}\\s*/\\s*(?P<v>[A-Za-z0-9_+.!@#%^&*?~-]{8,64})|(?i:\\|\\s*(?:password|passwd|pass|pwd)\\s*\\|)[^\\n]*\\n[^\\n]*\\n[^\\n]*\\|\\s*(?P<w>[^\\s|]{8,64})\\s*\\|',
    { guess: true, entropy: 2.8 },
  ),
  rule(
    'spoken-key',
    'a key',
    '(?i:\\b(?:api|access|secret|auth|license|unseal|service)[ _-]?(?:key|token)s?\\b)(?:\\s+(?i:for|of|to)\\s[^.\\n]{1,40}?)?(?:\\s\\d+)?\\s{0,2}(?:is|=|:)\\s*["\'`]?(?P<v>[A-Za-z0-9_+/-]{24,200})|(?i:\\b(?:key|token))\\s+["\'`]?(?P<w>[A-Za-z0-9]{32,64})\\b',
    { guess: true, entropy: 3.6 },
  ),
  rule(
    'one-time-seed',
    'the seed of one-time passwords',
    '(?i:\\b(?:totp|otp|2fa|mfa)\\b[\\w -]{0,16})[:=]\\s*["\'`]?(?P<v>[A-Z2-7]{16,64})\\b',
    { guess: true, entropy: 3 },
  ),
  rule(
    'secure-string',
    'a password',
    '(?i:ConvertTo-SecureString)\\s+(?:-String\\s+)?["\'](?P<v>[^"\'$\\s]{8,64})["\'][^\\n]{0,40}(?i:-AsPlainText)|(?i:\\bnet use\\b)[^\\n]{0,80}\\\\\\\\\\S+\\s+(?P<w>[^\\s/$%]{8,64})\\s+/user:',
    { guess: true, entropy: 2.8 },
  ),
  rule('encoded-private-key', 'a private key', '(?P<v>LS0tLS1CRUdJTi[A-Za-z0-9+/=\\s]{100,})', {
    entropy: 4,
  }),
  rule('slack-browser', 'Slack', '(?P<v>xox[cd]-[A-Za-z0-9%-]{40,400})'),
  rule('url-token', 'an address with a token', 'https?://(?P<v>[A-Za-z0-9_-]{20,255})@[\\w.-]+\\.[a-z]{2,}', {
    guess: true,
    entropy: 3.2,
  }),
  rule(
    'query-secret',
    'an address with a secret',
    '[?&;](?i:(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|apikey|access[_-]?key|auth[_-]?key|private[_-]?key)|access_token|sig|signature|jwt)=(?P<v>[A-Za-z0-9_/+.!@%^*~-]{10,400})',
    { guess: true, entropy: 3.2 },
  ),
  rule(
    'header-secret',
    'a secret of a header',
    '(?i:x-[\\w-]{0,30}(?:key|token|secret|auth)[\\w-]{0,10})[\\"\'`]?\\s{0,2}:\\s{0,2}[\\"\'`]?(?P<v>[A-Za-z0-9_+/=.-]{16,400})',
    { guess: true, entropy: 3.2 },
  ),
  rule(
    'defined-secret',
    'a secret by its name',
    '(?i:define|setenv|putenv|set_config|ENV\\[)\\s*\\(?\\s*[\\"\']\\w{0,30}(?i:(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|apikey|access[_-]?key|auth[_-]?key|private[_-]?key))\\w{0,10}[\\"\']\\]?\\s*[,=]\\s*[\\"\'](?P<v>[^\\"\'\\s<>${}]{8,200})[\\"\']',
    { guess: true, entropy: 2.8 },
  ),
  rule(
    'markup-secret',
    'a secret by its name',
    '<\\w{0,30}(?i:(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|apikey|access[_-]?key|auth[_-]?key|private[_-]?key))\\w{0,10}>\\s*(?P<v>[^<>\\s${}]{8,200})\\s*</|(?i:key|name)=\\"\\w{0,30}(?i:(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|apikey|access[_-]?key|auth[_-]?key|private[_-]?key))\\w{0,10}\\"\\s+value=\\"(?P<w>[^\\"\\s${}]{8,200})\\"',
    { guess: true, entropy: 2.8 },
  ),
  rule(
    'quoted-password',
    'a password by its name',
    '(?i:\\b[\\w.-]{0,30}(?:password|passwd|passphrase|pwd))[\\"\'`]?\\s{0,3}(?::=|=>|[:=,])\\s{0,3}[\\"\'`](?P<v>[^\\"\'`\\s<>${}]{8,64})[\\"\'`]',
    { guess: true, entropy: 2.8 },
  ),
  rule(
    'pgpass-line',
    'a password of a database',
    '(?m:^)[\\w.-]+\\.[a-z]{2,}:\\d{2,5}:[\\w*-]+:[\\w-]+:(?P<v>\\S{8,120})(?m:$)',
    { guess: true, entropy: 2.8 },
  ),
  rule(
    'seed-phrase',
    'the recovery phrase of a wallet',
    '(?i:mnemonic|seed(?: phrase)?|recovery phrase|wallet phrase)[\\"\'`\\s:=]{1,6}(?P<v>(?:[a-z]{3,8} ){11,23}[a-z]{3,8})\\b',
    { guess: true, entropy: 3 },
  ),
  rule(
    'cluster-secret',
    'a secret of a cluster',
    '(?m:^)kind:\\s*Secret\\b[\\s\\S]{0,400}?\\n(?:data):\\s*\\n(?:\\s+[\\w.-]+:[^\\n]*\\n){0,6}?\\s+[\\w.-]+:\\s*[\\"\']?(?P<v>[A-Za-z0-9+/]{12,}={0,2})[\\"\']?\\s*(?m:$)',
    { guess: true, entropy: 3 },
  ),
  rule(
    'named-key',
    'a secret by its name',
    '(?i:(?:^|[^a-z])(?:key|auth|bearer|hmac|license|signature|salt))[\\"\'`]?\\s{0,3}(?::=|=>|[:=])\\s{0,3}[\\"\'`](?P<v>[A-Za-z0-9_/+=-]{24,200})[\\"\'`]',
    { guess: true, entropy: 3.6 },
  ),
  rule(
    'ethereum-key',
    'a wallet key',
    '(?i:private[_ -]?key|wallet[_ -]?key|secret[_ -]?key)["\'`]?\\s*[:=]\\s*["\'`]?(?P<v>0x[a-fA-F0-9]{64})\\b',
    { entropy: 3.2 },
  ),
  rule(
    'bitcoin-wif',
    'a wallet key',
    '(?i:wif|private[_ -]?key|wallet)["\'`]?\\s*[:=]\\s*["\'`]?(?P<v>[5KL][1-9A-HJ-NP-Za-km-z]{50,51})\\b',
    { entropy: 4 },
  ),
];
