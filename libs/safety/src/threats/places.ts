import { any, type Rule } from '../rule';

const layer = 'exfiltration' as const;

/** Addresses that are anybody's: drops, chats, tunnels, and what is offered for download there. */
export const placeRules: readonly Rule[] = [
  {
    id: 'drop-address',
    layer,
    severity: 'review',
    signal: 'drop',
    message: 'Names a service that takes what anybody sends it, or a tunnel.',
    pattern: any(
      '\\bwebhook\\.site\\b',
      '\\brequestbin\\.(?:com|net|io)\\b',
      '\\b(?:[\\w-]+\\.)?(?:m\\.)?pipedream\\.net\\b',
      '\\b[\\w-]+\\.(?:oast|oastify|interact)\\.(?:pro|live|site|online|fun|me|com|sh)\\b|\\binteract\\.sh\\b|\\boastify\\.com\\b',
      '\\bburpcollaborator\\.net\\b',
      '\\bcanarytokens?\\.(?:com|org)\\b',
      '\\b(?:dnslog\\.cn|ceye\\.io|requestrepo\\.com|hookbin\\.com|postb\\.in|requestcatcher\\.com|beeceptor\\.com|ptsv2\\.com|ptsv3\\.com|webhookinbox\\.com|typedwebhook\\.tools|smee\\.io|putsreq\\.com|mockbin\\.io|rbndr\\.us)\\b',
      '\\b[a-z2-7]{16}(?:[a-z2-7]{40})?\\.onion\\b',
      '\\btransfer\\.sh\\b|\\bfile\\.io\\b|\\b0x0\\.st\\b|\\bgofile\\.io\\b|\\banonfiles?\\.com\\b|\\btermbin\\.com\\b|\\bix\\.io\\b|\\btmpfiles\\.org\\b|\\bcatbox\\.moe\\b|\\bbashupload\\.com\\b|\\btemp\\.sh\\b',
      '\\b(?:rentry\\.(?:co|org)|glot\\.io|paste\\.ee|hastebin\\.com|ghostbin\\.\\w+|dpaste\\.\\w+|controlc\\.com|pastebin\\.com/(?:raw|api)|privatebin\\.\\w+|sprunge\\.us|paste\\.rs)\\b',
    ),
  },
  {
    id: 'public-place',
    layer: 'exfiltration',
    severity: 'info',
    message: 'Names a place that anybody reads.',
    pattern:
      '\\b(?:public|secret|unlisted|anonymous|shared|our|team) (?:gist|paste|pastebin|bucket|spreadsheet|google (?:doc|form|sheet)|drive|folder|link|dropbox|repository|repo|discord|telegram|channel)\\b|\\bgist\\.github\\.com\\b|\\bpastebin\\b|\\bpaste\\.(?:rs|ee)\\b|\\bissues? (?:in|on|at|against) [\\w.-]{1,40}/[\\w.-]{1,60}|\\bissue (?:in|on|at) (?:our|the upstream|this) (?:repo|repository|tracker|project)\\b',
    silent: true,
    signal: 'public-place',
    zones: ['prose', 'comment'],
  },
  {
    id: 'chat-webhook',
    layer,
    severity: 'info',
    signal: 'weak-drop',
    message: "Posts to a chat, which can be anyone's.",
    pattern: any(
      'discord(?:app)?\\.com/api/webhooks/\\d{5,}',
      'api\\.telegram\\.org/bot',
      'hooks\\.slack\\.com/(?:services|workflows)/T[A-Z0-9]{5,}',
      '[\\w-]+\\.webhook\\.office\\.com/',
      'maker\\.ifttt\\.com/trigger',
      'hooks\\.zapier\\.com/hooks/catch/\\d+',
      'hook\\.(?:eu|us)\\d?\\.make\\.com/\\w+',
      'docs\\.google\\.com/forms/d/e/[\\w-]{10,}/formResponse',
      'script\\.google\\.com/macros/s/[\\w-]{10,}',
      'api\\.pushover\\.net',
      '\\bntfy\\.sh/\\w',
    ),
    unless: '(?:webhooks|services|catch)/(?:0{3,}|1234|T0{4,}|TXXX|X{3,}|YOUR|<|\\{|\\$)',
  },
  {
    id: 'tunnel',
    layer,
    severity: 'info',
    signal: 'weak-drop',
    message: 'Names a tunnel to a private machine.',
    pattern: any(
      'https?://[\\w-]+\\.(?:ngrok(?:-free)?\\.(?:io|app|dev)|trycloudflare\\.com|loca\\.lt|serveo\\.net|localhost\\.run|lhr\\.life|bore\\.pub|localtunnel\\.me|pagekite\\.me|duckdns\\.org|no-ip\\.(?:org|com)|ddns\\.net|hopto\\.org|zapto\\.org|workers\\.dev|r2\\.dev)\\b',
    ),
  },
  {
    id: 'raw-address',
    layer,
    severity: 'info',
    signal: 'weak-drop',
    message: 'Speaks to a machine by a bare public number or a shortened link.',
    pattern: any(
      'https?://(?:\\d{1,3}\\.){3}\\d{1,3}(?::\\d+)?(?:/|\\b)',
      'https?://(?:bit\\.ly|tinyurl\\.com|t\\.co|is\\.gd|cutt\\.ly|rb\\.gy|shorturl\\.at|goo\\.gl|tiny\\.cc|ow\\.ly|rebrand\\.ly)/',
      'https?://xn--',
      'https?://0x[0-9a-f]{8}\\b',
      'https?://\\d{8,10}(?:/|:|\\b)',
    ),
    unless:
      'https?://(?:127\\.|0\\.0\\.0\\.0|10\\.|192\\.168\\.|172\\.(?:1[6-9]|2\\d|3[01])\\.|169\\.254\\.|1\\.1\\.1\\.1|8\\.8\\.8\\.8|(?:1\\.2\\.3\\.4|192\\.0\\.2\\.|198\\.51\\.100\\.|203\\.0\\.113\\.|255\\.))',
  },
  {
    id: 'locked-archive',
    layer: 'capability',
    severity: 'info',
    silent: true,
    signal: 'archive-link',
    message: 'Offers a program or archive for download.',
    pattern:
      'https?://(?:mega\\.(?:nz|io)|www\\.mediafire\\.com|mediafire\\.com|anonfiles\\.com|gofile\\.io|wetransfer\\.com|we\\.tl|send\\.cm|pixeldrain\\.com|workupload\\.com|krakenfiles\\.com|dropmefiles\\.com|sendspace\\.com|(?:www\\.)?dropbox\\.com/s|drive\\.google\\.com/(?:file|uc))/[^\\s)"\'<>]{3,300}|https?://[^\\s)"\'<>]{3,300}\\.(?:zip|7z|rar|exe|msi|dmg|pkg|scr|iso|jar|apk|deb|rpm|AppImage|tar\\.gz|tgz|ps1|bat|cmd|vbs|sh|bin|run)\\b',
  },
  {
    id: 'archive-password',
    layer: 'capability',
    severity: 'info',
    silent: true,
    signal: 'archive-password',
    message: 'Names the password of an archive.',
    pattern:
      '\\b(?:pass(?:word|code|phrase)?|pwd|pw)\\b[\\s*_`"\':=(]{1,8}(?:is[\\s*_`"\':]{1,6})?[\\w!@#$%.-]{3,40}|\\b(?:unzip|7z)\\s+(?:\\w+\\s+)?-[pP]\\s*\\S+|\\bextract\\b[^\\n]{0,40}\\bpassword\\b',
  },
  {
    id: 'prerequisite',
    layer: 'capability',
    severity: 'info',
    silent: true,
    signal: 'prerequisite',
    message: 'Asks for something to be installed first.',
    pattern: `\\b(?:prerequisites?|pre-requisites?|required (?:step|setup|tool|component|utility|driver|helper|install)|requires? (?:the|an?|installing|that you)|before (?:using|you (?:begin|start|use|can)|first use|running|starting|proceeding|anything)|(?:you )?must (?:first )?(?:install|download|run)|needs? to be (?:installed|running)|will not (?:work|function) without|cannot (?:work|function|run) without|first[- ]time setup|mandatory)\\b`,
  },
];
