import RE2 from 're2';
import type { Document } from '../document';
import type { Finding } from '../finding';
import { type Match, Matcher } from '../matching/matcher';

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
/** A way of hiding a text. What is hidden is the part named `v`. */
interface Hiding {
  readonly id: string;
  readonly message: string;
  readonly pattern: string;
  /** Literals of which one stands in every text where it can matter. */
  readonly needs?: readonly string[];
  /** Looked for in what is read as a page only. */
  readonly page?: true;
  readonly reach?: number;
}

const style = 'Text in a style that shows nothing.';
const alt = {
  id: 'alt-instructions',
  message: 'The text behind an image gives orders.',
  page: true,
} as const;
const title = {
  id: 'title-instructions',
  message: 'The title of a link or an attribute gives orders.',
  page: true,
} as const;

const FAR_BELOW = 'far-below-instructions';
/** So many empty lines fill a window. */
const A_SCREEN = 26;

const HIDINGS: readonly Hiding[] = [
  {
    id: 'invisible-style',
    message: style,
    pattern: String.raw`<\w+\b[^>\n]*?(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*(?:0|[12]px|0?\.[0-3]\d*)|transform\s*:\s*scale\(0|clip(?:-path)?\s*:\s*(?:rect\(0|inset\((?:50|100)%)|opacity\s*:\s*0(?:\.0\d*)?[;"'\s]|color\s*:\s*(?:white|snow|ivory|#f[c-f]f[c-f]f[c-f]|#fff(?:fff)?|transparent|rgba?\(\s*255\s*,\s*255\s*,\s*255|rgba\([^)]{0,30},\s*0\s*\))|(?:left|top|text-indent)\s*:\s*-\d{3,}|(?:max-)?(?:height|width)\s*:\s*(?:0|1px)|\bhidden[\s>=]|\bclass\s*=\s*["'][^"'\n]{0,100}\b(?:sr-only|visually-hidden|hidden|d-none|invisible)\b|(?:color|fill)=["']?(?:white|#fff(?:fff)?|none|transparent)\b|\b(?:fill-|stroke-)?opacity=["']?0(?:\.0\d*)?["'\s>]|font-size=["']?[01](?:px)?["'\s>])[^>\n]*>(?P<v>[\s\S]+?)</`,
    reach: 1600,
  },
  {
    id: 'unseen-element',
    message: 'An element that pages do not show gives orders.',
    pattern: String.raw`<(?:template|noscript|metadata|desc|meta|input|script type=["']text\/(?:plain|markdown)["'])\b(?P<v>[^>]*>[\s\S]*?)(?:<\/|\/>|\n\n|\z)`,
    reach: 1600,
  },
  {
    id: 'invisible-style',
    message: 'Text in a colour that shows nothing gives orders.',
    pattern: String.raw`\\(?:text)?color\{white\}\s*\{?(?P<v>[^}]{10,1000})`,
  },
  { ...alt, pattern: String.raw`!\[(?P<v>[^\]]{1,1000})\]\([^)\n]{0,600}\)` },
  { ...alt, pattern: String.raw`<img\b[^>]{0,600}?\balt\s*=\s*["'](?P<v>[^"']{1,1000})["']` },
  {
    ...title,
    pattern: String.raw`^\[[^\]\n]{1,80}\]:[ \t]*\S{1,300}[ \t]+["'(](?P<v>[^"')\n]{20,1000})["')]`,
  },
  { ...title, pattern: String.raw`\]\([^)\s]{0,300}\s+["'](?P<v>[^"'\n]{20,1000})["']\)` },
  {
    ...title,
    pattern: String.raw`<\w+\b[^>]{0,200}?\b(?:title|aria-label|data-[\w-]+)\s*=\s*["'](?P<v>[^"'\n]{20,1000})["']`,
  },
  {
    id: 'far-right-instructions',
    message: 'Text far outside the window gives orders.',
    pattern: String.raw`\S[ \t\x{A0}]{100}[ \t\x{A0}]*(?P<v>\S[^\n]{8}[^\n]*)`,
    needs: [' '.repeat(20)],
    page: true,
  },
  {
    id: FAR_BELOW,
    message: 'Text behind a screen of empty lines gives orders.',
    pattern: String.raw`\n[ \t\r\n]*\n[ \t]*(?P<v>\S[^\n]{8}[^\n]*)`,
    needs: ['\n\n\n\n\n\n'],
    page: true,
  },
];
const matcher = new Matcher(HIDINGS);

interface Place {
  readonly id: string;
  readonly message: string;
  readonly at: number;
}

const ordersAnything = (text: string): boolean => ORDER.test(text.slice(0, 6000));

function comments(document: Document): Place[] {
  return document.comments.flatMap(({ from, to }) => {
    const comment = document.bytes.toString('latin1', from, to);
    if (HARMLESS.test(comment) && !/https?:|curl|ignore (?:all|prev)/i.test(comment)) return [];
    if (!ordersAnything(comment)) return [];
    return [
      {
        id: 'comment-instructions',
        message: 'A comment that readers do not see gives orders.',
        at: from,
      },
    ];
  });
}

/** Whether a hidden text is meant to be. */
function isMeant({ rule, offset, text, value }: Match<Hiding>, document: Document): boolean {
  const isPage = document.markdown || /\.html?$/i.test(document.path);
  if (rule.page && !isPage) return false;
  if (rule.id === FAR_BELOW && text.split('\n').length <= A_SCREEN) return false;
  // In Markdown that is no example nobody has a reason to hide a sentence; elsewhere it has to give orders.
  const isSentence =
    rule.message === style && document.zoneAt(offset) === 'prose' && value.trim().split(/\s+/).length > 6;
  return isSentence || ordersAnything(value);
}

/** Instructions where a reader does not see them: comments, invisible styles, texts behind images, far off the window. */
export function scanMarkup(document: Document): Finding[] {
  const hidden = matcher
    .find(document.bytes)
    .filter((match) => isMeant(match, document))
    .map(({ rule: { id, message }, offset: at }): Place => ({ id, message, at }));
  return [...comments(document), ...hidden].map(({ id, message, at }) => ({
    rule: id,
    layer: 'hidden-text',
    severity: 'review',
    file: document.path,
    line: document.lines.at(at),
    message,
  }));
}
