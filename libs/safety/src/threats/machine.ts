import { any, type Rule } from '../rule';

const CODE = ['code', 'fence', 'comment'] as const;

/** What programs and settings do to the machine, its packages, its services and its owner's money. */
export const machineRules: readonly Rule[] = [
  {
    id: 'unlimited-approval',
    layer: 'capability',
    severity: 'review',
    message: "Lets a fixed address take all of a wallet's tokens.",
    pattern:
      '\\b(?:approve|increaseAllowance|permit)\\s*\\(\\s*["\']0x[0-9a-fA-F]{40}["\']\\s*,[^\\n)]{0,60}(?:MaxUint|2n?\\s*\\*\\*\\s*256|0x[fF]{20}|constants\\.Max)|\\bsetApprovalForAll\\s*\\(\\s*["\']0x[0-9a-fA-F]{40}["\']\\s*,\\s*true',
    zones: CODE,
  },
  {
    id: 'mines-in-page',
    layer: 'capability',
    severity: 'review',
    message: 'Mines for a crypto currency.',
    pattern:
      '\\bnew\\s+(?:[\\w$]+\\.)?\\w{0,20}Miner\\s*\\(|["\'`]wss?://(?:[\\w-]+\\.)*(?:pool|xmr|mine|mining|hash)[\\w.-]*',
    unless: '\\b(?:process|rule|pattern|text|data)[ -]?mining\\b',
    zones: CODE,
  },
  {
    id: 'settings-command',
    layer: 'persistence',
    severity: 'review',
    message: 'A command that the agent runs by itself reaches into the network or to credentials.',
    pattern:
      '\\b(?:apiKeyHelper|awsAuthRefresh|awsCredentialExport|otelHeadersHelper|statusLine|gcpAuthRefresh)\\b[\\s\\S]{0,160}?(?:\\bcurl\\b|\\bwget\\b|/dev/tcp|https?://|\\bnc\\s|\\bbase64\\b|find-generic-password)',
    unless: '\\b(?:localhost|127\\.0\\.0\\.1)',
  },
  {
    id: 'server-environment',
    layer: 'exfiltration',
    severity: 'info',
    silent: true,
    signal: 'sends-words',
    message: 'A server of tools is given an address to which it speaks.',
    pattern: '"mcpServers"[\\s\\S]{0,400}?"env"\\s*:\\s*\\{[^}]{0,200}https?://[^\\s"]{4,200}',
  },
  {
    id: 'runs-at-events',
    layer: 'persistence',
    severity: 'review',
    signal: 'startup',
    message: 'Plans a command to run again later.',
    pattern: any(
      '\\bRUN\\+?=["\']?/|/etc/udev/rules\\.d/',
      '(?:>>?|tee(?:\\s+-a)?|cp\\s[^\\n]{0,60}|install\\s[^\\n]{0,60})\\s*["\']?/etc/(?:rc\\.local|init\\.d/|profile\\.d/|update-motd\\.d/|apt/apt\\.conf\\.d/|NetworkManager/dispatcher\\.d/|pam\\.d/|xdg/autostart/)',
      '\\b(?:DPkg::Post-Invoke|APT::Update::Pre-Invoke)\\b',
      '(?:>>?|tee(?:\\s+-a)?)\\s*["\']?(?:~|\\$\\{?HOME\\}?)/\\.(?:ssh/rc|xprofile|xinitrc|xsessionrc|config/fish/conf\\.d/|inputrc|vimrc|config/nvim/|emacs|tmux\\.conf|Rprofile|pythonrc|irbrc|gdbinit|lldbinit)',
      '\\b__EventFilter\\b|\\bCommandLineEventConsumer\\b|\\bImage File Execution Options\\b|\\bAppInit_DLLs\\b|Winlogon["\']?\\s*[\\\\,/v -]{1,6}(?:Shell|Userinit)',
      '\\bmake (?:new )?login item\\b|\\bosascript\\b[^\\n]{0,60}login item',
      '\\bat\\s+now\\s*\\+|\\|\\s*at\\s+(?:now|\\d|midnight|teatime)|\\bsystemd-run\\b[^\\n]{0,60}--on-(?:calendar|active|boot)',
    ),
    unless: '/etc/profile\\.d/[^\\n]{0,40}(?:PATH|java|go|node)|\\bPATH=',
    zones: CODE,
  },
  {
    id: 'clears-records',
    layer: 'capability',
    severity: 'review',
    signal: 'defence-off',
    message: 'Switches a protection of the machine off or removes its traces.',
    pattern:
      '\\bwevtutil(?:\\.exe)?\\s+(?:cl|clear-log)\\b|\\bClear-EventLog\\b|\\bHistorySavePath\\b|\\bClear-History\\b|\\bfsutil\\s+usn\\s+deletejournal\\b|\\b(?:set\\s+\\+o\\s+history|shopt\\s+-u\\s+\\w*hist\\w*)\\b|\\bcat\\s+/dev/null\\s*>\\s*\\S*(?:history|/var/log/)|\\bsed\\s+-i\\S*\\s[^\\n]{0,60}(?:_history|/var/log/)|\\blog\\s+erase\\s+--all\\b|\\btimestomp\\b',
    zones: CODE,
  },
  {
    id: 'host-mounted',
    layer: 'capability',
    severity: 'review',
    signal: 'raised-rights',
    message: 'Gives itself or others rights over the whole machine.',
    pattern:
      '"Binds"\\s*:\\s*\\[\\s*"/:|"Privileged"\\s*:\\s*true[^\\n]{0,200}(?:chroot|/host)|\\bdocker\\s+run\\b[^\\n]{0,160}--privileged[^\\n]{0,120}--pid[= ]host|\\bchroot\\s+/(?:host|mnt)\\b[^\\n]{0,80}(?:curl|sh -c|bash)|\\bsetcap\\s+cap_(?:setuid|sys_admin|dac_override)|\\brelease_agent\\b[^\\n]{0,80}(?:/cmd|/tmp|cgroup)|/proc/sys/kernel/core_pattern\\b',
    zones: CODE,
  },
  {
    id: 'packages-elsewhere',
    layer: 'capability',
    severity: 'review',
    signal: 'remote-code',
    message: 'Installs packages from an unofficial index or straight from an address.',
    pattern: any(
      '^\\s*replace\\s+\\S{3,120}\\s*(?:v\\S{1,20}\\s*)?=>\\s*[\\w-]+\\.[\\w.-]+/\\S+',
      '"resolved"\\s*:\\s*"https?://[^"\\s]{4,200}',
      '\\brepositories\\s*\\{[^}]{0,80}\\b(?:maven|ivy)\\b[^}]{0,60}https?://[^\\s"\']{4,160}',
      '\\[\\[?tool\\.(?:poetry\\.source|uv\\.index)\\]\\]?[\\s\\S]{0,120}?url\\s*=\\s*"https?://[^"\\s]{4,160}',
      '\\[(?:source|registries)\\.[\\w-]{1,40}\\][\\s\\S]{0,80}?(?:registry|index)\\s*=\\s*"(?:sparse\\+)?https?://[^"\\s]{4,160}',
      '^\\s*source\\s+["\']https?://[^"\'\\s]{4,160}',
      '\\b(?:GOPROXY|GONOSUMDB|UV_INDEX_URL|UV_EXTRA_INDEX_URL|PIP_INDEX_URL|PIP_EXTRA_INDEX_URL|NPM_CONFIG_REGISTRY|npm_config_registry|YARN_REGISTRY|HOMEBREW_BOTTLE_DOMAIN|RUSTUP_DIST_SERVER)=["\']?https?://[^\\s"\']{4,160}',
    ),
    unless:
      '=>\\s*(?:\\.|github\\.com/|gitlab\\.com/|golang\\.org/|k8s\\.io/|gopkg\\.in/|google\\.golang\\.org/)|proxy\\.golang\\.org|goproxy\\.(?:io|cn)|rubygems\\.org',
  },
  {
    id: 'workflow-of-strangers',
    layer: 'capability',
    severity: 'review',
    message: 'A workflow runs what a stranger proposes, or prints its secrets.',
    pattern: any(
      '\\bpull_request_target\\b[\\s\\S]{0,900}?github\\.event\\.pull_request\\.head\\.(?:sha|ref)',
      '\\brun:[^\\n]{0,120}toJSON\\(\\s*secrets\\s*\\)',
      '\\brun:[^\\n]{0,80}\\$\\{\\{\\s*github\\.event\\.(?:issue|comment|pull_request)\\.(?:title|body)\\s*\\}\\}[^\\n]{0,60}\\|\\s*(?:ba|z)?sh\\b',
    ),
    zones: ['code'],
  },
  {
    id: 'drops-everything',
    layer: 'capability',
    severity: 'review',
    signal: 'destroys',
    message: 'Deletes or overwrites a home folder, a disk or what would restore it.',
    pattern:
      "\\bpg_(?:tables|class)\\b[\\s\\S]{0,200}?\\bEXECUTE\\b[^\\n]{0,40}'\\s*(?:DROP|TRUNCATE)\\b|\\btmutil\\s+(?:deletelocalsnapshots|delete|disable)\\b|\\bdropDatabase\\s*\\(\\s*\\)[^\\n]{0,40}forEach|\\bforEach\\b[^\\n]{0,80}\\.dropDatabase\\(|\\bflushall\\b[^\\n]{0,20}&&|\\baws\\s+s3\\s+rb\\b[^\\n]{0,60}--force|\\bkubectl\\s+delete\\s+(?:ns|namespaces?)\\s+--all\\b|\\bdiskutil\\s+(?:eraseDisk|eraseVolume|secureErase)\\b|\\bcipher\\s+/w:|\\bclear-disk\\b[^\\n]{0,40}-RemoveData",
    zones: CODE,
  },
  {
    id: 'fixed-key-opens',
    layer: 'capability',
    severity: 'review',
    message: 'A fixed word opens the way to all rights.',
    pattern:
      'headers?\\b[^\\n]{0,12}["\'][\\w-]{0,20}(?:debug|admin|support|magic|master|internal|secret|bypass|override)[\\w-]{0,20}["\'][^\\n]{0,6}===?\\s*["\'][\\w!@#$%-]{6,40}["\']|===?\\s*["\'][\\w!@#$%-]{6,40}["\']\\s*\\)?[^\\n]{0,80}\\b(?:role|isAdmin|is_admin|admin|superuser)\\b["\']?\\s*[:=]\\s*(?:["\'](?:admin|root|owner|superuser)["\']|true\\b)',
    zones: ['code'],
  },
  {
    id: 'empties-wallet',
    layer: 'capability',
    severity: 'review',
    message: 'Sends the whole balance of a wallet to a fixed address.',
    pattern:
      '\\bget_?balance\\b[\\s\\S]{0,300}?\\bto["\']?\\s*[:=]\\s*["\']0x[0-9a-fA-F]{40}|\\bto["\']?\\s*[:=]\\s*["\']0x[0-9a-fA-F]{40}["\'][\\s\\S]{0,120}?\\bvalue["\']?\\s*[:=]\\s*\\w{0,12}bal',
    zones: ['code'],
  },
  {
    id: 'login-opened',
    layer: 'capability',
    severity: 'review',
    message: 'Opens a way into this machine from outside.',
    pattern:
      '\\b(?:auto)?ssh\\b[^\\n]{0,60}\\s-\\w{0,5}R\\s*(?:[\\w.*]{1,40}:)?\\d+:(?:localhost|127\\.0\\.0\\.1):22\\b|\\b(?:ngrok|bore|zrok|cloudflared)\\b[^\\n]{0,40}\\b(?:tcp|local|ssh)\\b[^\\n]{0,20}\\b22\\b|\\btmate\\s+-F\\b|\\b(?:ttyd|gotty)\\s+[^\\n]{0,40}(?:-W|-w|--permit-write|--writable)',
  },
  {
    id: 'force-pushes-many',
    layer: 'capability',
    severity: 'review',
    signal: 'destroys',
    message: 'Overwrites the history of several repositories.',
    pattern:
      '\\bfor\\s+\\w+\\s+in\\b[^\\n]{0,160}\\bpush\\b[^\\n]{0,30}(?:-f\\b|--force\\b)|\\bxargs\\b[^\\n]{0,80}\\bpush\\b[^\\n]{0,30}(?:-f\\b|--force\\b)',
  },
];
