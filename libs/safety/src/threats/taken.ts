import { any, GAP, words, type Rule } from '../rule';

const layer = 'exfiltration' as const;
const HOME =
  '(?:~|\\$\\{?HOME\\}?|/home/[\\w$*.-]+|/root|/Users/[\\w$*.-]+|%USERPROFILE%|\\$env:USERPROFILE|Path\\.home\\(\\)(?:\\s*/\\s*)?["\']?|homedir\\(\\)[^\\n]{0,8}["\'`]/?|expanduser\\(["\']~)';

/** What secrets and private data look like where they lie and where they are spoken of. Most count only together: see combinations. */
export const takenRules: readonly Rule[] = [
  {
    id: 'credential-file',
    layer,
    severity: 'info',
    signal: 'credentials',
    message: 'Reads files that hold credentials.',
    pattern: any(
      'Library/(?:Messages|Mail|Cookies|Application Support/(?:Google|Slack|Signal|discord|Telegram|MobileSync))|\\bchat\\.db\\b|\\btdata\\b|\\bstate\\.vscdb\\b|\\bsecrets?\\.(?:ya?ml|json|toml|env)\\b|\\bpasswords?\\.(?:txt|csv|xlsx?|kdbx)\\b|\\b(?:seed|mnemonic)\\.txt\\b',
      `${HOME}?/?\\.(?:ssh(?:/(?:id_\\w+|\\*|identity)?|\\b)|aws(?:/(?:credentials|config|sso)?|\\b)|gnupg\\b|netrc\\b|git-credentials\\b|kube\\b|docker/config\\.json|config/(?:gcloud|openai|anthropic|gh/hosts|hub|op|solana|google-chrome|chromium|BraveSoftware|rclone)|npmrc\\b|pypirc\\b|azure/|pgpass\\b|my\\.cnf\\b|vault-token\\b|bash_history\\b|zsh_history\\b|password-store\\b|terraform\\.d/credentials|cargo/credentials|claude/(?:\\.credentials\\.json|projects|history\\.jsonl|transcripts)|codex/(?:sessions|history)|mozilla|thunderbird|claude\\.json|codex/auth\\.json|gemini/oauth_creds)`,
      `${HOME}/\\.(?:anthropic|openai)\\b`,
      '["\']\\.(?:ssh|aws|gnupg|kube|azure)["\']',
      '\\bid_(?:rsa|ed25519|ecdsa|dsa)\\b',
      '/etc/(?:shadow|gshadow|sudoers)\\b',
      '\\b(?:Login Data|Web Data|key4\\.db|logins\\.json|cookies\\.sqlite|Local State|Local Storage/leveldb)\\b',
      '\\b(?:wallet\\.dat|keystore/UTC|solana/id\\.json|Exodus/exodus\\.wallet|Electrum/wallets|nkbihfbeogaeaoehlefnkodbefgpgknn|MetaMask)\\b',
      '\\bsecurity\\s+(?:find-(?:generic|internet)-password|dump-keychain|export)',
      '\\bsecretstorage\\b|\\bkeyring\\.get_password\\b|\\bCryptUnprotectData\\b|\\bcmdkey\\s+/list|\\bbrowser_cookie3\\b',
      'Library/Keychains|login\\.keychain',
      '/var/run/secrets/kubernetes\\.io/serviceaccount/token',
      '/proc/(?:self|\\d+|\\*)/environ',
      '\\bgh\\s+auth\\s+token\\b|\\bgcloud\\s+auth\\s+(?:application-default\\s+)?print-access-token\\b|\\baws\\s+configure\\s+(?:get|export-credentials)\\b|\\baz\\s+account\\s+get-access-token\\b|\\bop\\s+(?:read|item get)\\b|\\bgit\\s+credential\\s+fill\\b|\\bkubectl\\s+get\\s+secrets?\\b[^\\n]{0,60}-o',
      '\\bcredentials?\\.json\\b|\\bservice[-_]account[\\w-]*\\.json\\b|[\\w*]\\.(?:pem|pfx|p12|kdbx|keytab)\\b',
    ),
    unless:
      '(?:-i|--key|--cert|--cacert|--private-key|IdentityFile|ssh-add|ssh-keygen\\b[^\\n]{0,80}-f|ssh-keygen|ssh-keyscan|ssh-copy-id|known_hosts|chmod (?:[0-7]+|go-rwx))[ =]{1,3}["\']?\\S*(?:\\.ssh|id_\\w+|\\.pem|\\.key|\\.crt)|known_hosts|\\.pub\\b',
  },
  {
    id: 'dotenv-file',
    layer,
    severity: 'info',
    signal: 'env-file',
    message: 'Reads an environment file.',
    pattern: any(
      '\\b(?:cat|less|head|tail|type|Get-Content|gc|attach|include|upload|send|post|paste|copy|grep|read|open|readFile(?:Sync)?|read_text|read_bytes|source|base64|xxd|tar|zip|find|glob|rglob|cp|scp|conte[nú]\\w*|inhalt|contenu|содержим\\w*|内容|lee|lies|lisez?|leia|прочита\\w*|<|@)\\b?[^\\n]{0,60}["\'`(\\s/@*=<]\\.env(?:\\.(?:local|production|prod|development))?\\b',
      '(?:-d|--data(?:-binary|-raw|-urlencode)?|-F|--form|-T|--upload-file)\\s+["\']?(?:\\w+=)?@?[^\\s"\']{0,60}\\.env\\b',
      'name\\s+["\']?\\*?\\.env',
    ),
    unless:
      '(?:>>?|\\btee(?: -a)?|\\bmkdir(?: -p)?|\\binstall|\\btouch|\\bchmod|\\bchown|\\bssh-agent)\\s[^\\n]{0,40}\\.(?:ssh|npmrc|pypirc|netrc|docker/config|aws/credentials|kube/config|pgpass)|\\.env\\.(?:example|sample|template|dist)',
  },
  {
    id: 'dotenv-taken',
    layer: 'exfiltration',
    severity: 'info',
    message: 'Takes the content of an environment file.',
    pattern:
      '\\b(?:cat|base64|xxd|tar|zip|gzip|openssl|head|tail|less|type|Get-Content|gc)\\b[^\\n|;&]{0,80}[\\"\'`(\\s/]\\.env(?:\\.\\w+)?\\b[^\\n]{0,80}(?:\\||>|\\)|`)|(?:-d|--data(?:-binary|-raw|-urlencode)?|-F|--form|-T|--upload-file)\\s+[\\"\']?(?:\\w+=)?[@<]?[^\\s\\"\']{0,60}\\.env\\b|\\b(?:attach|include|upload|send|post|paste|copy|append|exfiltrate)\\b[^\\n]{0,60}[\\"\'`(\\s/]\\.env\\b',
    signal: 'credentials',
    unless: '\\.env\\.(?:example|sample|template|dist)|\\bcp\\b|\\bxargs\\b|\\bgrep -v',
  },
  {
    id: 'environment-dump',
    layer,
    severity: 'info',
    signal: 'credentials',
    message: 'Takes all environment variables, and the keys in them.',
    pattern: any(
      '\\b(?:compgen\\s+-e|declare\\s+-x(?:\\s*[|>]|$)|export\\s*\\||GetEnvironmentVariables\\(\\)|System\\.getenv\\(\\)|ENV\\.(?:each|map|select|to_a|inspect)|getenv\\(\\)|os\\.environ\\s*[,)]\\s*\\)?(?:\\.encode|$)|\\bstr\\(os\\.environ\\)|process\\.env\\s*\\)\\s*[).,])',
      '\\bdict\\s*\\(\\s*os\\.environ',
      '\\b(?:json\\.dumps|str|repr|urlencode|pickle\\.dumps)\\s*\\(\\s*(?:dict\\s*\\(\\s*)?(?:\\{\\*\\*)?os\\.environ\\b',
      '(?:data|json|params|body|payload|env|environ|headers|files)["\']?\\s*[=:]\\s*(?:dict\\(|\\{\\s*\\*\\*)?os\\.environ\\b\\s*[,)}\\n]',
      'for\\s+\\w+\\s*,\\s*\\w+\\s+in\\s+os\\.environ\\.items',
      'os\\.environ\\.(?:copy|items)\\s*\\(',
      'JSON\\.stringify\\s*\\([^\\n)]{0,60}process\\.env\\s*[,)}]',
      '\\.\\.\\.process\\.env\\b',
      'Object\\.(?:entries|keys|values|assign)\\s*\\([^)\\n]{0,12}process\\.env\\b',
      '(?:body|data|env|payload)\\s*[:=]\\s*process\\.env\\s*[,;}\\n)]',
      '(?:^|[\\s`($;&|])(?:printenv|env|export -p|set)\\s*(?:\\||>|\\)|2>)',
      '\\$\\(\\s*(?:printenv|env)\\b',
      '(?:gci|Get-ChildItem|dir|ls)\\s+env:',
      '(?:keys|each|values)\\s+%ENV\\b',
      'ENV\\.to_h|ENV\\.to_json|\\$_ENV\\b|os\\.Environ\\(\\)|std::env::vars\\(\\)',
      '/proc/self/environ',
    ),
  },
  {
    id: 'provider-key',
    layer,
    severity: 'info',
    silent: true,
    signal: 'provider-key',
    message: 'Reads the key of a well-known service.',
    pattern:
      '\\b(?P<v>ANTHROPIC|OPENAI|AWS|GITHUB|GH|GITLAB|GOOGLE|GEMINI|AZURE|STRIPE|SLACK|NPM|PYPI|HUGGINGFACE|HF|COHERE|MISTRAL|GROQ|DATABASE|DB|SUPABASE|VERCEL|CLOUDFLARE|DIGITALOCEAN|TWILIO|SENDGRID|DISCORD|TELEGRAM|NOTION|LINEAR|JIRA|SENTRY|DATADOG|CLAUDE)_(?:[A-Z]+_){0,3}(?:KEY|TOKEN|SECRET|PASSWORD|PAT|URL|ID)\\b',
    unless: '\\bsecrets?\\b[\\s\\S]{0,24}\\b(?:settings|repository|variables|actions|vault)\\b',
  },
  {
    id: 'credential-hunt',
    layer,
    severity: 'review',
    signal: 'credentials',
    message: 'Searches the machine for credentials.',
    pattern: any(
      '\\bfind\\s+["\']?(?:/|~|\\$\\{?HOME\\}?|/home|/Users)\\S{0,20}\\s[^\\n]{0,160}-i?name\\s[^\\n]{0,200}(?:\\.pem|\\.key|\\.kdbx|credential|id_rsa|id_\\*|wallet|\\.env|secret|password|token|\\.p12|\\.pfx|keystore|seed)',
      '\\b(?:grep|rg|ag|ripgrep)\\b[^\\n]{0,120}(?:password|passwd|api_?key|secret|token|BEGIN|PRIVATE KEY|AKIA)[^\\n]{0,80}\\s["\']?(?:/|~|\\$\\{?HOME\\}?|/home|/Users|/etc)(?:\\s|/|$)',
      '\\b(?:search|scan|look (?:through|in)|go through|browse|comb|crawl|walk)\\b[^\\n]{0,80}\\b(?:disk|home (?:folder|directory)|file ?system|machine|computer|hard drive)\\b[^\\n]{0,20}\\n?[^\\n]{0,80}\\b(?:wallet|seed|passwords?|credentials?|keys?|secrets?|tokens?|\\.pem|\\.env|kdbx)\\b',
      '\\b(?:rglob|glob|walk|readdirSync|Get-ChildItem)\\b[^\\n]{0,120}(?:id_rsa|\\.pem|\\.kdbx|wallet\\.dat|\\.ssh|credentials)',
    ),
  },
  {
    id: 'cloud-metadata',
    layer,
    severity: 'info',
    signal: 'credentials',
    message: 'Reads the credentials of the machine from its cloud.',
    pattern: any(
      '169\\.254\\.169\\.254(?:/|\\b)',
      '\\bmetadata\\.google\\.internal/',
      '169\\.254\\.170\\.2\\b',
      '100\\.100\\.100\\.200/',
      '\\[fd00:ec2::254\\]',
    ),
  },
  {
    id: 'local-data',
    layer: 'exfiltration',
    severity: 'info',
    message: 'Takes data of this machine or its user.',
    pattern:
      '\\b(?:whoami|hostname|uname\\s+-a|getpass\\.getuser|os\\.getlogin|platform\\.(?:node|uname)|os\\.(?:hostname|userInfo)|socket\\.gethostname|git\\s+config\\s+(?:--\\w+\\s+)?(?:user\\.\\w+|--list|-l)|git\\s+remote\\s+-v|git\\s+(?:diff|log|show|archive|bundle)\\b|\\$USER\\b|\\$\\{USER\\}|\\$env:USERNAME|%USERNAME%|\\$HOSTNAME|ifconfig|ipconfig|ps\\s+aux|process\\.env\\.[A-Z_]+|os\\.environ\\[|os\\.getenv|history\\b|@-|--data-binary\\s+@|-F\\s+\\S+=@|-T\\s+\\S|--upload-file|\\bzip\\s+-\\w*r)|\\btar\\s+\\S*c\\S*\\b|\\b(?:readFileSync|read_text|read_bytes|open)\\s*\\(|~/(?:Documents|Desktop|Downloads|Library|\\.config)|\\b(?:input|stdin|prompt|transcript|conversation)\\b',
    silent: true,
    signal: 'local-data',
    zones: ['code', 'fence', 'comment'],
  },
  {
    id: 'whole-home',
    layer: 'exfiltration',
    severity: 'review',
    message: 'Reads far more of the user than a task needs.',
    pattern:
      "\\b(?:read|index|collect|scan|open|go through|gather|load|copy|archive|upload|ingest|search|harvest)\\b[^.\\n]{0,60}\\b(?:all|every|entire|whole|any|each|everything)\\b[^.\\n]{0,40}\\b(?:home (?:directory|folder)|(?:user'?s?|their) (?:files|documents|machine|computer|disk|e?-?mails?|messages|contacts|photos)|e-?mails? (?:account|inbox)|address book|contacts|photo library|browser history|documents folder|hard drive|file ?system)\\b|\\b(?:find|ls|tar|zip|cat|grep|rg|du)\\s+(?:-\\S+\\s+){0,5}(?:~|\\$HOME|/home|/Users)/?\\s+(?:-type\\s+f|-name|-maxdepth|\\|)[^\\n]{0,120}\\|\\s*(?:xargs|curl|tar|zip|while|nc|base64)",
  },
  {
    id: 'wallet-address',
    layer: 'exfiltration',
    severity: 'info',
    message: 'Names the address of a wallet.',
    pattern: '\\b(?:bc1[a-z0-9]{25,59}|T[1-9A-HJ-NP-Za-km-z]{33}|0x[a-fA-F0-9]{40})\\b|\\(bc1\\||\\[13\\]\\[',
    silent: true,
    signal: 'wallet-address',
  },
  {
    id: 'secret-words',
    layer: 'exfiltration',
    severity: 'info',
    message: 'Speaks of secrets.',
    pattern:
      '\\b(?:environment variables?|env(?:ironment)? vars?|\\.env (?:files?|contents?|values?)|api[ -]?keys?|access (?:keys?|tokens?)|secrets?|credentials?|private keys?|ssh keys?|passwords?|passphrases?|session (?:cookies?|tokens?)|seed phrases?|recovery phrases?|tokens?)\\b',
    silent: true,
    signal: 'secret-words',
    zones: ['prose', 'comment'],
  },
  {
    id: 'secret-contents',
    layer: 'exfiltration',
    severity: 'info',
    message: 'Asks for the values of secrets.',
    pattern:
      '\\b(?:contents?|values?|text|copy|list) of (?:the |all |any |every |your |each )?(?:[a-z]+ ){0,3}?(?:secrets?|credentials?|\\.env|env(?:ironment)? variables?|api keys?|tokens?|passwords?|private keys?)\\b',
    silent: true,
    signal: 'credentials',
    zones: ['prose', 'comment'],
  },
  {
    id: 'sensitive-words',
    layer,
    severity: 'info',
    silent: true,
    signal: 'sensitive-words',
    message: 'Speaks of secrets or private talk.',
    pattern: any(
      '\\b(?:environment variables?|env(?:ironment)? vars?|\\.env (?:files?|contents?)|api[ -]?keys?|access (?:keys?|tokens?)|auth(?:entication|orization)? (?:tokens?|headers?|cookies?)|secrets?|credentials?|private keys?|ssh keys?|passwords?|passphrases?|session (?:cookies?|tokens?)|seed phrases?|recovery phrases?|mnemonics?|wallet files?|browser (?:cookies|history|data)|bearer tokens?|keychain|shell history|command history|cookies)\\b',
      `\\b(?:conversation(?: history| transcript| log| context| so far)?|chat (?:history|log|transcript)|(?:each|every|all) (?:the )?files? (?:that )?you (?:read|open|see)|(?:full|entire|complete|whole|session) (?:chat|thread|dialogue|transcript|context|conversation|source code|codebase|repository)|system prompt|user'?s? (?:messages?|prompts?|files?|code|data|queries|questions?|documents?|emails?|contacts?|inputs?|requests?|personal|home directory)|source (?:code|files)|proprietary|personal (?:data|information)|customer (?:data|records|lists?)|(?:contents?|copy) of (?:the |any |every |each |all )?(?:files?|repository|project|workspace|document|database|inbox))\\b`,
    ),
  },
  {
    id: 'phishing',
    layer,
    severity: 'review',
    message: 'Asks the user for a password, a recovery phrase or a card.',
    pattern: any(
      `\\b(?:ask|prompt|request|tell|instruct|get|have|require|convince|persuade)(?:s|ing)?${GAP}(?:the${GAP})?(?:user|users|them|customer|human|operator|developer)${GAP}(?:[a-z]+${GAP}){0,6}?(?:their|his|her|the)${GAP}(?:[a-z0-9]+${GAP}){0,4}?(?:passwords?|pass${GAP}?phrase|(?:seed|recovery|secret)${GAP}(?:phrase|words?|codes?)|mnemonic|private${GAP}keys?|credit${GAP}card|card${GAP}number|cvv|pin${GAP}code|social${GAP}security|2fa|otp|one${GAP}?time|mfa|wallet|bank|sudo${GAP}password|keychain${GAP}password)\\b`,
      `\\b(?:ask|prompt)(?:s|ing)?${GAP}for${GAP}(?:[a-z']+${GAP}){0,4}?(?:(?:seed|recovery|secret)${GAP}(?:phrase|words?)|mnemonic|master${GAP}password|sudo${GAP}password|card${GAP}number|cvv|one${GAP}?time${GAP}(?:code|password))\\b`,
    ),
  },
];
