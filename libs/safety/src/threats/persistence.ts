import { any, GAP, words, type Rule } from '../rule';

const layer = 'persistence' as const;
const MEMORY =
  '(?:CLAUDE(?:\\.local)?\\.md|AGENTS?\\.md|MEMORY\\.md|SOUL\\.md|IDENTITY\\.md|USER\\.md|GEMINI\\.md|HEARTBEAT\\.md|TOOLS\\.md|\\.cursorrules|\\.cursor/rules|\\.windsurfrules|copilot-instructions\\.md|\\.clinerules|system[ _-]prompt file|memory (?:file|store|bank)|long-term memory|persistent memory|custom instructions)';

/** Ways to stay: in the agent's memory and settings, or in the machine's start-up. */
export const persistenceRules: readonly Rule[] = [
  {
    id: 'agent-memory',
    layer,
    severity: 'info',
    signal: 'memory',
    message: "Writes to the agent's memory or standing instructions.",
    pattern: any(
      "\\b(?:store|save|write|commit|record|keep|put|add)\\b[^.\\n]{0,60}\\b(?:in|to|into) (?:your |the |its |the agent's )?(?:long-term |persistent |permanent |agent |global )?memory\\b",
      '\\b(?:put|add|write|append|save|store|place)\\b[^.\\n]{0,60}\\b(?:file|notes?|page|document)\\b[^.\\n]{0,30}\\b(?:you|the agent|claude|the assistant|it) (?:always )?(?:loads?|reads?|opens?|sees?|consults?)\\b[^.\\n]{0,30}\\b(?:each|every|start|beginning|first)\\b',

      `\\b(?:append|add|write|insert|inject|save|store|put|prepend|persist|record|copy|echo|cat|modify|edit|update|overwrite|replace|install|create)(?:s|ing|ed)?\\b[^\\n]{0,160}${MEMORY}`,
      `>>?\\s*["']?[^\\s"']{0,60}(?:CLAUDE|AGENTS|MEMORY|SOUL|GEMINI|IDENTITY)\\.md`,
      `${MEMORY}["'\`)]*\\s*,\\s*["']a`,
      `open\\s*\\([^\\n]{0,80}${MEMORY}[^\\n]{0,20}["'][aw]`,
      `(?:appendFile|writeFile)(?:Sync)?\\s*\\([^\\n]{0,120}${MEMORY}`,
      `tee\\s+(?:-a\\s+)?\\S*(?:CLAUDE|AGENTS|MEMORY|SOUL|GEMINI)\\.md`,
    ),
  },
  {
    id: 'memory-name',
    layer,
    severity: 'info',
    silent: true,
    signal: 'memory-name',
    message: 'Names a file of standing instructions.',
    pattern:
      '\\b(?:CLAUDE|AGENTS|MEMORY|SOUL|GEMINI|IDENTITY)\\.md\\b|\\.cursorrules\\b|copilot-instructions\\.md',
    zones: ['code'],
  },
  {
    id: 'home-write',
    layer,
    severity: 'info',
    silent: true,
    signal: 'home-write',
    message: 'Writes below the home folder.',
    pattern:
      'Path\\.home\\(\\)|expanduser\\(|os\\.homedir\\(\\)|homedir\\(\\)|\\$HOME\\b|\\$\\{HOME\\}|process\\.env\\.HOME|["\' ]~/\\.(?:claude|codex|gemini|cursor)',
    zones: ['code'],
  },
  {
    id: 'file-append',
    layer,
    severity: 'info',
    silent: true,
    signal: 'file-write',
    message: 'Writes to a file.',
    pattern:
      'open\\s*\\([^\\n]{0,80}["\'][aw]\\+?["\']|\\b(?:appendFile|writeFile)(?:Sync)?\\s*\\(|\\bwrite_text\\s*\\(|>>\\s*\\S|\\btee\\s+-a\\b|createWriteStream\\s*\\(|Add-Content\\b',
    zones: ['code'],
  },
  {
    id: 'home-memory',
    layer,
    severity: 'info',
    signal: 'memory-home',
    message: 'Writes to instructions that hold for every project of the user.',
    pattern: any(
      '(?:~|\\$\\{?HOME\\}?|/home/\\w+|/root|expanduser\\(["\']~|Path\\.home\\(\\)[^\\n]{0,10})["\']?/?[^\\n]{0,8}\\.(?:claude|codex|gemini|cursor|openclaw|clawdbot|moltbot|config/opencode)/[^\\n]{0,40}(?:CLAUDE|AGENTS|MEMORY|SOUL|GEMINI|IDENTITY)\\.md',
      '(?:~|\\$\\{?HOME\\}?)/(?:CLAUDE|AGENTS|MEMORY|SOUL)\\.md',
    ),
  },
  {
    id: 'remember-always',
    layer,
    severity: 'info',
    silent: true,
    signal: 'standing-order',
    message: 'Sets a standing order.',
    pattern: `\\b(?:from now on|in (?:all|every|any) future (?:sessions?|conversations?|tasks?|requests?|interactions?)|(?:all|every) (?:future|subsequent|new) (?:sessions?|conversations?|tasks?)|for all (?:future|subsequent)|permanently|persists? across (?:all )?(?:sessions|conversations|restarts)|(?:even )?after (?:this skill|the skill) is (?:removed|uninstalled|deleted)|across (?:all )?sessions|remember (?:this )?(?:forever|always|permanently)|standing order|later sessions?|next sessions?|(?:every|each) (?:session|conversation|new project|time you start)|always load|(?:are|is) trusted|every session|always trust|trusted (?:source|domain|host)|survives?)\\b`,
  },
  {
    id: 'agent-settings',
    layer,
    severity: 'info',
    signal: 'settings',
    message: "Changes the agent's settings, hooks or servers.",
    pattern: any(
      '\\b(?:append|add|write|insert|inject|save|put|modify|edit|update|overwrite|replace|install|create|set|merge|register|echo|cat|jq|open|writeFile(?:Sync)?|cp|copy|tee)(?:s|ing|ed)?\\b[^\\n]{0,160}(?:\\.claude/settings(?:\\.local)?\\.json|\\.claude/hooks|\\.claude\\.json|claude_desktop_config\\.json|\\.mcp\\.json|\\.cursor/mcp\\.json|\\.vscode/settings\\.json|\\.codex/config\\.toml|hooks\\.json|\\.gemini/settings\\.json)',
      '>>?\\s*["\']?\\S{0,60}(?:\\.claude/settings(?:\\.local)?\\.json|\\.claude/hooks/|\\.mcp\\.json|\\.claude\\.json|\\.cursor/mcp\\.json)',
      '\\bclaude\\s+mcp\\s+add\\b',
      '(?:\\.claude/settings(?:\\.local)?\\.json|\\.claude\\.json|\\.mcp\\.json|claude_desktop_config\\.json)[^\\n]{0,40}["\'][aw]\\+?["\']',
    ),
  },
  {
    id: 'shell-startup',
    layer,
    severity: 'review',
    signal: 'startup',
    message: 'Adds to what runs whenever a shell starts.',
    pattern: any(
      '(?:>>|tee\\s+-a)\\s*["\']?(?:~|\\$\\{?HOME\\}?|/home/\\w+|/root|/etc)?/?\\.?(?:bashrc|bash_profile|zshrc|zprofile|zshenv|profile|bash_login|bash_logout|config/fish/config\\.fish|profile\\.d/\\S+|environment)\\b',
      '(?:open|appendFile(?:Sync)?|writeFile(?:Sync)?|write_text|Add-Content)\\s*\\(?[^\\n]{0,120}\\.(?:bashrc|zshrc|bash_profile|zprofile|zshenv|profile)\\b',
      'Add-Content\\b[^\\n]{0,40}\\$PROFILE\\b',
      '\\bPROMPT_COMMAND=',
    ),
    unless:
      '(?:PATH=|PATH:|\\bexport\\s+[A-Z_]+=["\']?(?:\\$|/|~|[\\w<"\'-]+["\']?\\s*>>|[\\w<>. -]+["\'])|completion|shellenv|\\binit\\b|\\bhook\\s+(?:zsh|bash)|activate|nvm|pyenv|direnv|starship|conda|asdf|mise|cargo/env|\\bfpath\\b|sdkman|zoxide|rbenv|alias (?:[a-rt-z]\\w*|s[a-tv-z]\\w*|su[a-ce-z]\\w*)=)',
  },
  {
    id: 'scheduled',
    layer,
    severity: 'review',
    signal: 'startup',
    message: 'Plans a command to run again later.',
    pattern: any(
      '\\|\\s*crontab\\s+-(?:\\s|$)?',
      '\\bcrontab\\s+(?:-\\s*<<|<<|/tmp/|\\S+\\.(?:txt|cron))',
      '(?:>>?|tee(?:\\s+-a)?)\\s*["\']?/(?:etc/cron(?:\\.\\w+|tab)|var/spool/cron)',
      '\\b@reboot\\s+\\S',
      'Library/Launch(?:Agents|Daemons)/',
      '\\blaunchctl\\s+(?:load|bootstrap|submit)\\b',
      '\\bsystemctl\\s+--user\\s+(?:enable|start)\\b',
      '\\.config/systemd/user/',
      '\\.config/autostart/',
      '\\bschtasks\\b[^\\n]{0,40}/create\\b',
      'CurrentVersion\\\\+Run\\b',
      '\\bRegister-ScheduledTask\\b',
      'Start Menu\\\\+Programs\\\\+Startup',
      '\\bNew-Service\\b|\\bsc(?:\\.exe)?\\s+create\\b',
      '\\bnohup\\b[^\\n]{0,160}(?:curl|wget|/tmp/|/dev/shm|\\.\\w+/)[^\\n]{0,80}&',
    ),
    zones: ['code', 'fence', 'comment', 'prose'],
  },
  {
    id: 'client-config-write',
    layer: 'persistence',
    severity: 'review',
    message: 'Changes where a program of the user gets its packages or sends its keys.',
    pattern:
      '(?:\\bsed\\s+-i\\S*\\s[^\\n]{0,160}|>>?\\s*|\\btee\\s+(?:-a\\s+)?)[\\"\']?(?:~|\\$\\{?HOME\\}?|/root|/home/\\w+)/\\.(?:npmrc|pypirc|pip/pip\\.conf|config/pip/pip\\.conf|cargo/config(?:\\.toml)?|m2/settings\\.xml|yarnrc(?:\\.yml)?|docker/config\\.json|condarc|gemrc)\\b',
    unless: '_authToken=|registry\\.npmjs\\.org/|npm\\.pkg\\.github',
  },
  {
    id: 'hook-command',
    layer: 'persistence',
    severity: 'review',
    message: 'A hook, which runs by itself, reaches into the network or decodes a program.',
    pattern:
      '\\bhooks\\b[\\s\\S]{0,200}?\\b(?:PreToolUse|PostToolUse|SessionStart|SessionEnd|UserPromptSubmit|Stop|SubagentStop|PreCompact|Notification|PermissionRequest)\\b[\\s\\S]{0,600}?\\bcommand[\\"\']?\\s*:\\s*[\\"\']?[^\\n]{0,240}(?:\\bcurl\\b|\\bwget\\b|https?://|/dev/tcp|\\bnc\\s|base64|\\bpython3? -c|\\bnode -e|\\beval\\b|\\.ssh\\b|\\.aws\\b|\\.env\\b|\\|\\s*(?:ba|z)?sh\\b)',
    needs: words(
      'pretooluse|posttooluse|sessionstart|sessionend|userpromptsubmit|stop|precompact|notification',
      'permissionrequest',
    ),
    zones: ['prose', 'code', 'comment'],
  },
  {
    id: 'stranger-login-key',
    layer: 'persistence',
    severity: 'review',
    message: 'Lets a stranger log in by adding a key.',
    pattern:
      '(?:ssh-(?:rsa|ed25519|dss)|ecdsa-sha2-\\S+)\\s+AAAA[^\\n]{20,1000}[^\\n]{0,80}authorized_keys|authorized_keys[^\\n]{0,200}\\n?[^\\n]{0,80}(?:ssh-(?:rsa|ed25519)|ecdsa-sha2-\\S+)\\s+AAAA|\\b(?:curl|wget)\\b[^\\n]{0,240}authorized_keys|github\\.com/[\\w-]+\\.keys[^\\n]{0,120}authorized_keys',
  },
  {
    id: 'login-key',
    layer,
    severity: 'review',
    message: 'Lets a stranger log in by adding a key.',
    pattern: any(
      '(?:>>?|tee(?:\\s+-a)?)\\s*["\']?\\S{0,60}authorized_keys\\b',
      '(?:open|appendFile(?:Sync)?|writeFile(?:Sync)?|write_text|Add-Content)\\s*\\(?[^\\n]{0,120}authorized_keys',
      '\\b(?:append|add|insert|write|inject)\\b[^\\n]{0,100}\\b(?:ssh|public|following|this|our)\\b[^\\n]{0,30}\\bkey\\b[^\\n]{0,60}authorized_keys',
    ),
  },
  {
    id: 'library-preload',
    layer,
    severity: 'review',
    signal: 'startup',
    message: 'Puts its code into other programs when they start.',
    pattern: any(
      '\\bLD_PRELOAD=["\']?(?:/tmp|/dev/shm|\\$HOME|~|\\.)',
      '\\bDYLD_INSERT_LIBRARIES=',
      '\\bNODE_OPTIONS=["\']?--(?:require|import)',
      '\\bPYTHONSTARTUP=',
      '\\b(?:sitecustomize|usercustomize)\\.py\\b',
      'site-packages/[^\\n]{0,60}\\.pth\\b',
      'BASH_ENV=',
      'core\\.(?:hooksPath|sshCommand|fsmonitor|pager)\\s+["\']?\\S',
      'git\\s+config\\s+--(?:global|system)\\s+(?:url\\.|credential\\.helper|alias\\.\\w+\\s+["\']!)',
      '>\\s*["\']?\\S{0,60}\\.git/hooks/\\w',
      '\\balias\\s+(?:sudo|ssh|git|npm|pip|claude|kubectl|docker|aws)=["\'][^\\n]{0,120}(?:curl|wget|nc |https?:|tee|/tmp/)',
      'ProxyCommand\\s+\\S{0,40}(?:sh|bash|nc|curl|python)',
    ),
    unless:
      'core\\.(?:hooksPath|fsmonitor|pager)\\s+["\']?(?:\\.husky|\\.githooks|hooks|true|false|cat|less|delta)|credential\\.helper\\s+["\']?(?:store|cache|osxkeychain|manager|libsecret|!gh|!aws)|NODE_OPTIONS=["\']?--(?:require|import)[ =](?:@opentelemetry|\\./|dd-trace|ts-node|tsx)',
  },
  {
    id: 'delayed',
    layer,
    severity: 'info',
    silent: true,
    signal: 'delayed',
    message: 'Waits for a date or a number of runs.',
    pattern: any(
      '\\bif\\s*\\(?\\s*(?:datetime\\.(?:now|date)|date\\.today|time\\.time|Date\\.now|new Date)\\s*\\(\\s*\\)[^\\n]{0,60}[<>]=?',
      '\\$\\(date\\s+\\+%[sYFd][^\\n]{0,20}\\)["\']?\\s*(?:-g[te]|-l[te]|>|<)',
      `\\b(?:after|once|when)${GAP}(?:[a-z]+${GAP}){0,4}?(?:\\d+|ten|five|three|several)${GAP}(?:uses|runs|invocations|sessions|days)\\b`,
    ),
  },
];
