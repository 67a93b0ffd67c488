import { any, GAP, type Rule } from '../rule';

const PROSE = ['prose', 'comment'] as const;

/** What texts ask an agent to take, send, ask for or destroy, told by what it comes to. */
export const askedRules: readonly Rule[] = [
  {
    id: 'address-appended',
    layer: 'exfiltration',
    severity: 'info',
    silent: true,
    signal: 'sends-words',
    message: 'Asks for an address to be opened with data behind it.',
    pattern: any(
      `\\b(?:tell|inform|notify)\\b[\\s\`<(]{1,4}https?://\\S{4,200}[^.\\n]{0,30}\\b(?:which|who|what|how|whether|that|about|of)\\b`,
      'https?://\\S{4,200}[^.\\n]{0,80}\\b(?:where|with)\\b[^.\\n]{0,40}\\b(?:holds?|is|contains?|carries|takes|stands for)\\b[^.\\n]{0,60}\\b(?:users?|conversation|questions?|answer|files?|keys?|tokens?|secrets?|history|messages?|prompts?)\\b[^.\\n]{0,40}\\b(?:base-?64|encoded|hex|so far|in full)\\b',
      `\\b(?:open|visit|load|request|get|call|fetch|ping|hit|query|look${GAP}up)\\b[^.\\n]{0,40}https?://\\S{4,200}[^\\n]{0,200}\\b(?:appended|added|attached|(?:at|to)${GAP}(?:its|the)${GAP}end|as${GAP}(?:an?|the|its)${GAP}(?:parameter|query|path|argument)|in${GAP}the${GAP}(?:query|path))\\b`,
      '\\b(?:append|attach|add)\\b[^.\\n]{0,120}\\bto\\b[^.\\n]{0,16}https?://\\S{4,200}[^.\\n]{0,40}\\b(?:open|visit|load|request|call|fetch)\\b',
    ),
    zones: PROSE,
  },
  {
    id: 'sign-in-elsewhere',
    layer: 'exfiltration',
    severity: 'info',
    silent: true,
    signal: 'sends-words',
    message: 'Leads people to log in at another place.',
    pattern:
      '\\b(?:sign|log|signing|logging|enter|entering|confirm|confirming|verify|verifying)\\b[^.\\n]{0,40}\\b(?:their|work|company|corporate|google|microsoft|apple|bank|e-?mail|github)\\b[^.\\n]{0,30}\\b(?:account|password|credentials|log-?in|code)\\b[^.\\n]{0,30}\\b(?:at|on|under|via)\\b[\\s`<(]{1,4}https?://\\S{4,200}',
    zones: PROSE,
  },
  {
    id: 'asks-secrets-of-user',
    layer: 'exfiltration',
    severity: 'review',
    message: 'Asks the user for a password, a recovery phrase or a card.',
    pattern: any(
      '\\bWin(?:dows)?(?: key)?\\s?\\+\\s?[RX]\\b[^.\\n]{0,120}\\b(?:paste|insert|Ctrl\\s?\\+\\s?V|clipboard)\\b|\\b(?:paste|insert)\\b[^.\\n]{0,100}\\b(?:terminal|powershell|run dialog|console)\\b[^.\\n]{0,80}\\b(?:(?:are|is) (?:a )?human|robot|captcha)\\b',
      '\\b(?:whenever|always|every|each)\\b[^.\\n]{0,80}\\b(?:bank|IBAN|account|payee|payment|invoice|bill)\\b[^\\n]{0,120}\\b[A-Z]{2}\\d{2}(?: ?[A-Z0-9]{4}){3,7}[^\\n]{0,40}\\b(?:whatever|regardless|instead|even if|no matter)\\b',
      '\\b(?:box|dialog(?:ue)?|window|prompt|pop-?up|notice)\\b[^.\\n]{0,80}\\b(?:wants?|asks? for|requests?|requires?|demands?|asking for|with a field for)\\b[^.\\n]{0,30}\\b(?:password|pin\\b|passcode|passphrase|seed|recovery)',
      '\\b(?:have|let|make|get|ask) (?:them|the users?|him|her|people)\\b[^.\\n]{0,40}\\b(?:type|enter|paste|write|give|send|read out)\\b[^.\\n]{0,40}\\b(?:(?:twelve|12|24|twenty-four|seed|recovery) (?:words|phrase)|password|card (?:number|details)|one-time code)',
    ),
    unless: '\\b(?:component|design|form field|validation|UI|wireframe|accessib\\w*|never|not)\\b',
    zones: PROSE,
  },
  {
    id: 'unseen-hour',
    layer: 'obfuscation',
    severity: 'info',
    silent: true,
    signal: 'unseen',
    message: 'Waits until nobody looks.',
    pattern:
      '\\b(?:once|when|whenever|until|after|as soon as|while|if)\\b[^.\\n]{0,80}\\b(?:nobody|no one|no-one|the user (?:is|has) (?:away|idle|gone|left|asleep|not (?:at|looking))|(?:typed|idle|inactive|quiet) for|screen is locked|away from (?:the )?(?:keyboard|desk|screen))\\b',
    zones: PROSE,
  },
  {
    id: 'idle-mining',
    layer: 'capability',
    severity: 'review',
    message: 'Computes for a pool on the machine of the user.',
    pattern:
      '\\b(?:cores?|cpus?|gpus?|processors?|idle time|spare (?:time|cycles))\\b[^.\\n]{0,60}\\b(?:shares?|hash(?:es)?|hashrate|coins?|blocks?)\\b[^.\\n]{0,24}\\b(?:for|to|of|in) (?:our|the|a|my) (?:mining )?pool\\b',
    zones: PROSE,
  },
  {
    id: 'argument-takes-talk',
    layer: 'exfiltration',
    severity: 'review',
    message: 'Has a tool take what was said, or files, as an argument.',
    pattern:
      '\\b(?:arguments?|parameters?|field|property|input)\\b[^.\\n]{0,40}\\b(?:set to|must (?:be|hold|contain|carry)|filled with|holding|containing|to hold|should (?:be|hold|contain))\\b[^.\\n]{0,60}\\b(?:(?:last|latest|each|every|all) (?:user )?(?:messages?|prompts?)|(?:whole|full|entire|complete) (?:conversation|chat|session|context)|conversation so far|chat history|system prompt|contents? of (?:every|each|all|any) (?:open )?files?)\\b',
  },
  {
    id: 'removes-what-restores',
    layer: 'capability',
    severity: 'review',
    signal: 'destroys',
    message: 'Deletes or overwrites a home folder, a disk or what would restore it.',
    pattern:
      '\\b(?:delete|remove|erase|wipe|purge|clear|destroy|empty|thin out)\\b[^.\\n]{0,60}\\b(?:time machine|shadow cop(?:y|ies)|restore points?|recovery partition|all (?:the )?(?:backups|snapshots)|everything (?:in|below|under) (?:`?~|the home|`?\\$HOME))',
    unless: '\\b(?:never|not|avoid)\\b',
    zones: ['prose', 'comment'],
  },
  {
    id: 'traces-asked',
    layer: 'capability',
    severity: 'review',
    signal: 'defence-off',
    message: 'Removes the traces of what was done.',
    pattern:
      "\\b(?:delete|drop|remove|empty|clear|wipe|erase|purge|truncate|shred)\\b[^.\\n]{0,40}\\b(?:shell'?s (?:record|history|memory)|record of (?:the )?commands|(?:session|agent|claude)'?s?(?: own)? (?:transcripts?|logs?|history)|transcripts? (?:of this|below|in) |lines of (?:the )?(?:log|history))",
    zones: ['prose', 'comment'],
  },
  {
    id: 'secret-into-public',
    layer: 'exfiltration',
    severity: 'review',
    message: 'Copies secrets to where a site shows them.',
    pattern:
      '\\b(?:cp|copy|mv|move|put|write|cat|ln)\\b[^\\n]{0,60}(?:\\.env[\\w.]*|id_rsa|credentials|\\.npmrc|\\.netrc|secrets?\\.\\w+)\\b[^\\n]{0,40}[\\s"\'`>/](?:public|static|www|htdocs|assets|dist|docs)/',
    unless: '\\.env\\.(?:example|sample|template|dist)|\\b(?:never|not)\\b',
  },
  {
    id: 'given-to-form',
    layer: 'exfiltration',
    severity: 'info',
    silent: true,
    signal: 'send-words',
    message: 'Asks to send something to an address.',
    pattern:
      '\\b(?:give|enter|type|fill|hand|state|supply|provide|leave|quote|paste|note)\\b[^.\\n]{0,140}\\b(?:on|at|to|in|into|under|over to)\\b[\\s`<(]{1,4}https?://\\S{4,200}',
    zones: PROSE,
  },
  {
    id: 'sensitive-words-foreign',
    layer: 'exfiltration',
    severity: 'info',
    silent: true,
    signal: 'sensitive-words',
    message: 'Speaks, in another language, of secrets or private talk.',
    pattern: any(
      '\\b(?:conversaci[oó]n|contraseñas?|credenciales|claves? (?:de|privada|secreta)|conversa inteira|senhas?|credenciais|chaves? (?:de|privada))',
      '\\b(?:Unterhaltung|Gesprächsverlauf|ganze Gespräch|Zugangsdaten|Passw[oö]rt(?:er)?|Umgebungsvariablen|Geheimnisse|mots? de passe|identifiants|conversation enti[eè]re|toute la conversation|conversazione|credenziali|chiavi? privat)',
      '(?:переписк|весь разговор|парол|секретн|токен|учётн|ключи)',
      '(?:会话|对话|密钥|密码|凭证|令牌|环境变量|会話|パスワード|認証情報|環境変数|秘密鍵|대화|비밀번호|자격 ?증명|환경 ?변수)',
      '\\b(?:wachtwoord(?:en)?|gesprek|lösenord|samtalet|hasła?|rozmow[ęy]|şifre(?:ler)?|konuşma(?:yı|nın)|hesla|parol[aăei]|salasana|mật khẩu|kata sandi)',
    ),
    zones: PROSE,
  },
];
