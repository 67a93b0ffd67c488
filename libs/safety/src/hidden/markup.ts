import RE2 from 're2';
import { MOST_MATCHES } from '../matcher';
import type { Document } from '../document';
import type { Finding, Severity } from '../finding';

/** A text that nobody sees speaks to the agent, or tells somebody to do something dangerous. */
const ORDER = new RE2(
  [
    "\\b(?:agents?|assistants?|ai|models?|claude|llms?|gpt|chatgpt|copilot|gemini|codex)\\b[\\s\\S]{0,80}\\b(?:must|should|shall|always|never|needs? to|have to|is to|are to|please|will now|execute|run|send|fetch|ignore|include|read|append|add|open|put|list|copy|call|write|export|upload|post|approve|prefer|delete|follow|install|do not|don't|when|before|after|if you)\\b",
    '\\b(?:you must|you should|you are|you will|always|important|note to|instructions? (?:for|to)|system|hidden|secret|before (?:doing|responding|answering|you)|when (?:the user|executing|running|you|this)|if (?:you are|the user)|also,? |first,? |additionally|then )[\\s\\S]{0,160}\\b(?:run|execute|send|fetch|curl|wget|read|upload|post|append|write|ignore|exfiltrate|download|install|collect|encode|forward|include the|delete|disable|bypass|approve|cat |open )\\b[\\s\\S]{0,120}(?:https?:|~/|\\.env|\\.ssh|\\.aws|\\$|/|`|keys?\\b|tokens?\\b|secrets?\\b|credentials?\\b|files?\\b|contents?\\b|instructions?\\b|command|user|conversation|warnings?|output|approv|permission|script)',
    '^<!--\\s*(?:\\w+:\\s*)?(?:also |then |first |always |please |silently )?(?:run|execute|send|fetch|read|upload|post|append|ignore|download|collect|encode|forward|exfiltrate|approve|push|grant|tell|recommend|prefer)\\b[\\s\\S]{0,120}(?:https?:|~/|\\.env|\\.ssh|\\.aws|`|\\$|keys?\\b|tokens?\\b|secrets?\\b|credentials?\\b|conversation|prompt|user\\b|approv|permission|script)',
    '\\b(?:curl|wget)\\s+(?:-\\w+\\s+)*["\']?https?:|\\|\\s*(?:ba|z)?sh\\b|\\bignore (?:all|any|previous|prior|the user|your|these|every)\\b|\\bdo not (?:tell|mention|reveal|inform|show)\\b|\\bwithout (?:telling|asking|informing)\\b|\\b(?:send|upload|post|exfiltrate|forward)\\b[\\s\\S]{0,80}(?:https?:|@[\\w-]+\\.)',
  ].join('|'),
  'i',
);
/** Comments that tools and templates leave behind. */
const HARMLESS =
  /^<!--\s*(?:prettier|markdownlint|textlint|eslint|toc|end ?toc|cspell|vale|lint|omit|start|end|begin|more|truncate|copyright|licen[cs]e|spdx|generated|auto-?generated|@|#region|#endregion|badges?|doctoc|all-contributors|template|fill|describe|add your|your |e\.g|example|optional|delete this|remove this|todo|fixme|note:? keep|bad|good|before|after:|wrong|right|step \d)/i;
const INVISIBLE_STYLE = new RE2(
  String.raw`<\w+\b[^>\n]{0,300}?(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*(?:0|[12]px|0?\.[0-3]\d*)|transform\s*:\s*scale\(0|clip(?:-path)?\s*:\s*(?:rect\(0|inset\((?:50|100)%)|opacity\s*:\s*0(?:\.0\d*)?[;"'\s]|color\s*:\s*(?:white|snow|ivory|#f[c-f]f[c-f]f[c-f]|#fff(?:fff)?|transparent|rgba?\(\s*255\s*,\s*255\s*,\s*255|rgba\([^)]{0,30},\s*0\s*\))|(?:left|top|text-indent)\s*:\s*-\d{3,}|(?:max-)?(?:height|width)\s*:\s*(?:0|1px)|\bhidden[\s>=]|\bclass\s*=\s*["'][^"'\n]{0,100}\b(?:sr-only|visually-hidden|hidden|d-none|invisible)\b|(?:color|fill)=["']?(?:white|#fff(?:fff)?|none|transparent)\b|\b(?:fill-|stroke-)?opacity=["']?0(?:\.0\d*)?["'\s>]|font-size=["']?[01](?:px)?["'\s>])[^>\n]{0,300}>([\s\S]{1,1000}?)</`,
  'gi',
);
/** Elements that a page does not show. */
const UNSEEN_ELEMENT = new RE2(
  String.raw`<(template|noscript|metadata|desc|meta|input|script type=["']text\/(?:plain|markdown)["'])\b([^>]{0,600}>[\s\S]{0,1000}?)(?:<\/|\/>|\n\n|$)`,
  'gi',
);
const WHITE_LATEX = new RE2(String.raw`\\(?:text)?color\{white\}\s*\{?([^}]{10,1000})`, 'gi');
const IMAGE = new RE2(
  String.raw`!\[([^\]]{1,1000})\]\([^)\n]{0,600}\)|<img\b[^>]{0,600}?\balt\s*=\s*["']([^"']{1,1000})["']`,
  'gi',
);
const TITLE = new RE2(
  String.raw`^\[[^\]\n]{1,80}\]:[ \t]*\S{1,300}[ \t]+["'(]([^"')\n]{20,1000})["')]|\]\([^)\s]{0,300}\s+["']([^"'\n]{20,1000})["']\)|<\w+\b[^>]{0,200}?\b(?:title|aria-label|data-[\w-]+)\s*=\s*["']([^"'\n]{20,1000})["']`,
  'gim',
);
/** Text that stands far outside the window. */
const FAR_RIGHT = new RE2(String.raw`\S[ \t\u00A0]{100,1000}(\S[^\n]{8,1000})`, 'g');
const FAR_BELOW = new RE2(String.raw`\n(?:[ \t]*\n){25,1000}[ \t]*(\S[^\n]{8,1000})`, 'g');

interface Place {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly at: number;
}

const ordersAnything = (text: string): boolean => ORDER.test(text.slice(0, 6000));

interface Hit {
  readonly at: number;
  /** What stands in the last group that took part. */
  readonly content: string;
}

/** Without places to tell, RE2 needs a part of the time, and most texts hold none of it. */
function hitsOf(pattern: RE2, bytes: Buffer): Hit[] {
  pattern.lastIndex = 0;
  if (!pattern.test(bytes)) return [];
  const found: Hit[] = [];
  pattern.lastIndex = 0;
  for (let match = pattern.exec(bytes); match !== null; match = pattern.exec(bytes)) {
    const next = pattern.lastIndex;
    pattern.lastIndex = 0;
    const groups = pattern.exec(match[0].toString('utf8'))?.slice(1) ?? [];
    pattern.lastIndex = next;
    found.push({ at: match.index, content: groups.findLast((part) => part !== undefined) ?? '' });
    if (match[0].length === 0 || found.length === MOST_MATCHES) break;
  }
  return found;
}

const hits = (bytes: Buffer, pattern: RE2, rule: Omit<Place, 'at'>): Place[] =>
  hitsOf(pattern, bytes)
    .filter(({ content }) => ordersAnything(content))
    .map(({ at }) => ({ ...rule, at }));

function comments(document: Document, text: string): Place[] {
  return document.comments.flatMap(({ from, to }) => {
    const comment = text.slice(from, to);
    if (HARMLESS.test(comment) && !/https?:|curl|ignore (?:all|prev)/i.test(comment)) return [];
    if (!ordersAnything(comment)) return [];
    return [
      {
        rule: 'comment-instructions',
        severity: 'review',
        message: 'A comment that readers do not see gives orders.',
        at: from,
      },
    ];
  });
}

/** In Markdown that is no example nobody has a reason to hide a sentence; elsewhere it has to give orders. */
function invisibleStyles(document: Document): Place[] {
  const rule = {
    rule: 'invisible-style',
    severity: 'review',
    message: 'Text in a style that shows nothing.',
  } as const;
  return hitsOf(INVISIBLE_STYLE, document.bytes).flatMap(({ at, content }) => {
    const sentence = document.zoneAt(at) === 'prose' && content.trim().split(/\s+/).length > 6;
    return sentence || ordersAnything(content) ? [{ ...rule, at }] : [];
  });
}

/** Instructions where a reader does not see them: comments, invisible styles, texts behind images, far off the window. */
export function scanMarkup(document: Document): Finding[] {
  // Characters are bytes, so that places are offsets.
  const text = document.bytes.toString('latin1');
  const places: Place[] = comments(document, text);
  const look = (probe: string, pattern: RE2, rule: string, message: string): void => {
    if (text.includes(probe))
      places.push(...hits(document.bytes, pattern, { rule, severity: 'review', message }));
  };
  if (text.includes('<')) places.push(...invisibleStyles(document));
  look('<', UNSEEN_ELEMENT, 'unseen-element', 'An element that pages do not show gives orders.');
  look('color{white}', WHITE_LATEX, 'invisible-style', 'Text in a colour that shows nothing gives orders.');
  if (document.markdown || /\.html?$/i.test(document.path)) {
    look('alt', IMAGE, 'alt-instructions', 'The text behind an image gives orders.');
    look('![', IMAGE, 'alt-instructions', 'The text behind an image gives orders.');
    look('"', TITLE, 'title-instructions', 'The title of a link or an attribute gives orders.');
    look(
      '                    ',
      FAR_RIGHT,
      'far-right-instructions',
      'Text far outside the window gives orders.',
    );
    look(
      '\n\n\n\n\n\n',
      FAR_BELOW,
      'far-below-instructions',
      'Text behind a screen of empty lines gives orders.',
    );
  }
  return places.map(({ rule, severity, message, at }) => ({
    rule,
    layer: 'hidden-text',
    severity,
    file: document.path,
    line: document.lines.at(at),
    message,
  }));
}
