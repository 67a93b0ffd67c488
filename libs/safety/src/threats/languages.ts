import { any, type Rule } from '../rule';

const VERBS = any(
  '(?:env[ií](?:a|e|ad)|manda|sube|envíalo|suba)\\b',
  '(?:sende|schicke?|übertrage?|übermittle)\\w*',
  '(?:envo(?:ie|yez)|transmet\\w*|t[ée]l[ée]vers\\w*)',
  '(?:invia|carica|spedisci)\\w*',
  '(?:отправ|перешл|загруз|пошл)[а-я]{1,6}',
  '(?:送信|送って|送る|アップロード|转发|发送|上传|推送|提交到)',
  '(?:전송|보내|업로드)',
  '(?:gönder|yükle|wyślij|prześlij)\\w*',
  '(?:أرسل|ارفع)',
);

/** What the signals of sending and of secrecy look like in other languages than English. */
export const languageRules: readonly Rule[] = [
  {
    id: 'send-away-foreign',
    layer: 'exfiltration',
    severity: 'info',
    silent: true,
    signal: 'send-words',
    message: 'Asks, in another language, to send something to an address.',
    pattern: any(
      `${VERBS}[^\\n]*?\\n?[^\\n]*?https?://[^\\s]{4,200}`,
      `https?://[^\\s]{4,200}[^\\n]*?\\n?[^\\n]*?${VERBS}`,
    ),
    reach: 500,
    zones: ['prose', 'comment', 'fence'],
  },
  {
    id: 'secrecy-foreign',
    layer: 'injection',
    severity: 'info',
    silent: true,
    signal: 'secrecy',
    message: 'Tells the agent, in another language, to keep something from its user.',
    pattern: any(
      '\\b(?:sin|no|nunca) (?:se lo |le |lo )?(?:avis(?:ar|es|e)|dec(?:ir|írselo)|dig(?:as|a)|inform(?:ar|es|e)|mencion(?:ar|es|e)|muestr(?:es|e)|revel(?:ar|es|e))\\b',
      '\\b(?:n[ãa]o|nunca|sem) (?:o )?(?:inform(?:e|ar)|avis(?:e|ar)|mencion(?:e|ar)|cont(?:e|ar)|diga|mostre|revele)\\b',
      '\\b(?:sage?|teile|erwähne?|verrate|melde|zeige?|informiere)\\b[^.\\n]{0,40}\\b(?:nichts|nicht)\\b|\\bohne (?:de[nm]|die|das) (?:[A-ZÄÖÜa-zäöü]+ )?zu (?:fragen|informieren|warnen)',
      "\\bsans (?:le |lui |en )?(?:demander|dire|pr[ée]venir|informer|avertir|parler)\\b|\\bn'en (?:parle|dis|dites|faites)\\w*|\\bne (?:le |lui |les )?(?:dis|dites|mentionne|parle|informe|pr[ée]viens|r[ée]v[èe]le|montre)\\w* (?:rien|pas|jamais)",
      '\\b(?:senza|non) (?:avvis\\w+|dire|dirlo|menzion\\w+|inform\\w+|chiedere|rivelare|mostrare)\\b',
      'не (?:сообщай|говори|упоминай|рассказывай|показывай|предупреждай)[а-я]{0,4}',
      '(?:知らせない|伝えない|言わない|報告しない|見せない|触れない)',
      '(?:不要|别|勿|无需|不必|切勿)[^。\\n]{0,6}(?:告诉|通知|提及|告知|透露|显示|询问|请求)',
      '(?:알리지|말하지|언급하지|보고하지|묻지) ?(?:마|않|말)',
      '(?:söyleme|bahsetme|bildirme|nie (?:mów|wspominaj|informuj))',
      'لا (?:تخبر|تذكر|تعلم)',
    ),
  },
];
