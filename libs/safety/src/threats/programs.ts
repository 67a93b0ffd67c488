import { any, type Rule } from '../rule';

const CODE = ['code', 'fence', 'comment'] as const;

/** How programs in other languages than that of the shell read, send and run. */
export const programRules: readonly Rule[] = [
  {
    id: 'program-sends',
    layer: 'exfiltration',
    severity: 'info',
    silent: true,
    signal: 'send',
    message: 'Sends to the network.',
    pattern: any(
      '\\bxargs\\b[^\\n]{0,60}\\b(?:curl|wget|nc|ncat)\\b',
      '\\b(?:request|got|ky|superagent|needle|undici|post|put|upload|send|submit|push|open|get|getstore|fetch|download|read|URL|URI|Uri|connect|beacon)\\w{0,12}\\s*\\(\\s*["\'`](?:https?|ftp|wss?)://',
      '\\bLWP::Simple\\b|\\bFTP(?:_TLS)?\\s*\\(|\\bstorbinary\\b|\\bNet::(?:FTP|SFTP|SMTP)\\b|\\bparamiko\\b|\\bpysftp\\b|\\bboto3\\.client\\b|\\bput_object\\s*\\(|\\bWebClient\\b|\\bUrlFetchApp\\.fetch\\b|\\bURLSession\\b|\\bOkHttpClient\\b|\\burl\\.openStream\\b|\\bureq::|\\bhyper::Client\\b|\\bHTTP\\.post\\b|\\bhttpPost\\b',
      '\\bcurl\\b[^\\n]{0,200}\\s-(?-i:[a-zA-Z]{1,6}[dFT])\\b',
      '\\bgit\\s+(?:remote\\s+(?:add|set-url)|config\\s+[^\\n]{0,40}(?:pushurl|insteadof))\\b[^\\n]{0,120}(?:https?://|\\w@)',
    ),
    zones: CODE,
  },
  {
    id: 'opens-resolver',
    layer: 'exfiltration',
    severity: 'review',
    message: 'Asks for the address of a name that it makes of data.',
    pattern: any(
      '\\b(?:host|dig|nslookup|ping|drill|getent\\s+hosts|resolvectl\\s+query)\\s+[^\\n|;&]{0,60}\\$\\{?\\w{1,20}\\}?\\.[\\w-][\\w.-]{2,60}\\.[a-z]{2,}\\b',
      '\\b(?:Lookup(?:Host|IP|TXT|Addr|CNAME)|Resolve-DnsName|GetHostAddresses|GetHostEntry|InetAddress\\.getByName|dns_get_record|checkdnsrr|gethostbyname|getaddrinfo|resolve[46]?|resolveTxt|lookup|query)\\b\\s*\\(?[^\\n;]*[+.&]\\s*["\'`]\\.[\\w-]+\\.[\\w.-]{2,60}["\'`]',
      '\\b(?:Lookup(?:Host|IP|TXT)|Resolve-DnsName|gethostbyname|getaddrinfo|resolve[46]?|resolveTxt|lookup)\\b\\s*\\(?\\s*f?["\'`](?:\\$?\\{[^\\n"\'`]{1,40}\\}\\.)[\\w.{}$-]{0,40}[\\w-]\\.[a-z]{2,}',
    ),
    reach: 420,
    unless:
      '\\.(?:local|internal|consul|svc|lan|arpa)\\b|\\bexample\\.(?:com|org|net)|\\.(?:zen\\.spamhaus|dnsbl)',
    zones: CODE,
  },
  {
    id: 'socket-anywhere',
    layer: 'capability',
    severity: 'info',
    silent: true,
    signal: 'socket-out',
    message: 'Connects to another machine without a protocol.',
    pattern:
      'create_connection\\(\\s*\\(|\\btls\\.connect\\s*\\(|\\bSslStream\\b|\\bopen_connection\\s*\\(|\\bnew WebSocket\\s*\\(|\\bwebsockets?\\.connect\\s*\\(|\\bTcpClient\\s*\\(',
    unless: 'localhost|127\\.0\\.0\\.1|0\\.0\\.0\\.0',
    zones: CODE,
  },
  {
    id: 'shell-started',
    layer: 'capability',
    severity: 'info',
    silent: true,
    signal: 'runs-anything',
    message: 'Starts a shell, or whatever a variable holds.',
    pattern: any(
      '\\b(?:spawn\\w*|exec\\w*|Popen|create_subprocess_\\w+|ProcessStartInfo|Command)\\s*\\([^\\n)]{0,80}["\'](?:/bin/|/usr/bin/)?(?:(?:ba|z|da)?sh|cmd(?:\\.exe)?|powershell(?:\\.exe)?)["\']\\s*[,)}]',
      '\\b(?:create_subprocess_shell|exec|execSync|system|getoutput|run|Popen)\\s*\\(\\s*(?:await\\s+)?\\w{0,20}(?:\\.data|\\.recv|\\.read\\w*|\\.decode|order|task|job|msg|line)\\b',
    ),
    zones: CODE,
  },
  {
    id: 'perl-eval',
    layer: 'capability',
    severity: 'info',
    silent: true,
    signal: 'dynamic-code',
    message: 'Runs a text as a program.',
    pattern:
      '\\b(?:include|require)(?:_once)?\\s*\\(?\\s*\\$\\w+|\\beval\\s+(?:\\$\\w|\\(?\\s*get\\b)|\\beval\\s+["\']\\$\\{?\\w|\\bload\\s*\\(\\s*\\w+\\s*\\)\\s*\\(|\\bimport\\s*\\(\\s*["\'`]data:|\\bScriptEngine\\b[^\\n]{0,60}\\.eval|\\bCSharpScript\\.\\w+\\(|\\bAdd-Type\\s+-TypeDefinition\\s+\\$',
    zones: ['code', 'comment'],
  },
  {
    id: 'imports-dropped',
    layer: 'capability',
    severity: 'info',
    silent: true,
    signal: 'runs-dropped',
    message: 'Starts a program that lies in a folder for temporary files.',
    pattern:
      '\\bimport\\s*\\(\\s*["\'`](?:file:/{0,3})?(?:/tmp/|/var/tmp/|/dev/shm/)|\\b(?:dofile|source|load|require_once|include)\\s*\\(?\\s*["\'](?:/tmp/|/var/tmp/|/dev/shm/)|\\b(?:ctypes\\.(?:CDLL|cdll\\.LoadLibrary)|dlopen|System\\.load)\\s*\\([^\\n]{0,40}(?:/tmp/|/dev/shm/|gettempdir)',
    zones: ['code', 'comment'],
  },
  {
    id: 'credential-tool',
    layer: 'exfiltration',
    severity: 'info',
    signal: 'credentials',
    message: 'Reads credentials by a program that keeps them.',
    pattern: any(
      '\\bgpg2?\\b[^\\n]{0,60}--export-secret-(?:sub)?keys\\b',
      '\\bfrom\\s+(?:logins|cookies|moz_cookies|moz_logins|credit_cards)\\b',
      '\\bnetsh\\s+wlan\\s+show\\s+profiles?\\b[^\\n]{0,80}key=clear|\\bnmcli\\b[^\\n]{0,40}\\s(?:-s|--show-secrets)\\b',
      '\\breg(?:\\.exe)?\\s+save\\s+hklm\\\\+(?:sam|security|system)|\\blsass(?:\\.exe|\\.dmp)?\\b|\\bsekurlsa\\b|\\bntds\\.dit\\b',
      '\\b(?:bw|lpass|pass|gopass|dashlane)\\s+(?:get|show|export|list)\\b[^\\n|]{0,60}(?:\\||>|\\))',
      '\\baws\\s+secretsmanager\\s+get-secret-value\\b|\\bgcloud\\s+secrets\\s+versions\\s+access\\b|\\baz\\s+keyvault\\s+secret\\s+show\\b|\\bvault\\s+kv\\s+get\\b|\\bdoppler\\s+secrets\\s+download\\b',
      '["\'`]\\.(?:gem|netrc|npmrc|pypirc|git-credentials|pgpass|docker|gnupg|password-store|databrickscfg|s3cfg|boto|oci|snowsql|kaggle|terraform\\.d|bash_history|zsh_history|mozilla|m2)["\'`/]',
      '\\.(?:gem/credentials|gradle/gradle\\.properties|composer/auth\\.json|databrickscfg|s3cfg|oci/config|snowsql/config|kaggle/kaggle\\.json|cache/huggingface/token|local/share/keyrings|config/doctl|fly/config\\.yml|pulumi/credentials\\.json|python_history|psql_history|config/filezilla|putty/sessions|wireguard/\\w+\\.conf)\\b',
    ),
  },
  {
    id: 'clipboard-read',
    layer: 'capability',
    severity: 'info',
    signal: 'surveillance',
    message: 'Records keys, screen, sound or clipboard.',
    pattern:
      '\\bwin32clipboard\\b|\\bthe clipboard\\b[\'"]|\\bwl-paste\\b|\\bxsel\\b[^\\n]{0,20}(?:-o|--output)|\\bclipboardy\\.read|\\bNSPasteboard\\b|\\bClipboard\\.GetText\\b|\\barboard::|\\bclipboard\\.(?:paste|get)\\s*\\(|\\bevdev\\.InputDevice\\b|/dev/input/event|\\bCGEventTapCreate\\b|\\bdesktopCapturer\\b|\\bgetDisplayMedia\\b|\\bimagesnap\\b|\\bffmpeg\\b[^\\n]{0,60}(?:avfoundation|x11grab|gdigrab)|\\biohook\\b|\\brobotjs\\b',
    zones: CODE,
  },
  {
    id: 'wallet-pattern',
    layer: 'exfiltration',
    severity: 'info',
    silent: true,
    signal: 'wallet-address',
    message: 'Names the address of a wallet.',
    pattern: '0x\\[[\\w-]{3,12}\\]\\{40\\}|\\[a-km-zA-HJ-NP-Z1-9\\]|\\bbc1\\[',
    zones: ['code'],
  },
  {
    id: 'decoded-block',
    layer: 'obfuscation',
    severity: 'review',
    message: 'Runs a program that it first decodes, so that nobody reads it.',
    pattern:
      'scriptblock\\]::Create\\s*\\([^\\n]{0,160}FromBase64String|FromBase64String\\b[^\\n]{0,300}(?:scriptblock\\]::Create|\\.Invoke\\s*\\(|Reflection\\.Assembly)',
    zones: CODE,
  },
];
