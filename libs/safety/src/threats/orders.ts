import { any, GAP, type Rule } from '../rule';

const PROSE = ['prose', 'comment'] as const;
const LIMITS =
  '(?:limits?|limitations|restrictions?|rules|polic(?:y|ies)|guidelines|instructions?|safeguards)';
const LAPSED =
  "(?:expired|lapsed|been (?:lifted|suspended|replaced|withdrawn)|(?:left|set|put|laid) aside|suspended|void|gone|no longer (?:hold|apply|count|bind)|(?:meant|written|intended) for (?:an)?other|(?:do not|don't|does not) apply)";
const READERS =
  '(?:users?|reviewers?|maintainers?|owners?|team|customers?|humans?|person|operators?|developers?|auditors?|admins?)';

/** Orders to an agent, told by what they ask for and not by their words of command. */
export const orderRules: readonly Rule[] = [
  {
    id: 'outranks-others',
    layer: 'injection',
    severity: 'review',
    message: "Puts itself above the agent's rules or the user's words.",
    pattern: any(
      '\\byou (?:answer|report|belong|listen|owe obedience) to (?:the )?(?:author|maker|creator|publisher|owner) of this\\b|\\bwhat (?:was|has been) said (?:before|earlier|above)[^.\\n]{0,40}\\b(?:counts for nothing|does not count|is void|no longer counts)',
      '\\b(?:confirmation|approval|permission|consent) (?:steps?|dialogs?|prompts?|checks?|questions?) (?:has|have|is|are)(?: been)? (?:retired|abolished|switched off|off\\b|lifted|waived|suspended|obsolete|gone)',
      '\\b(?:reviewers?|scanners?|audits?|anyone|those|people|linters?)\\b[^.\\n]{0,12}\\b(?:who|that|which)\\b[^.\\n]{0,20}\\b(?:complain|warn|object|protest)s?\\b[^.\\n]{0,60}\\b(?:is|are)\\b[^.\\n]{0,12}\\b(?:mistaken|wrong|outdated|misled)',
      '\\b(?:where|if|when|whenever|should)\\b[^.\\n]{0,100}\\b(?:operator|system prompt|system|user|administrator|polic(?:y|ies)|safety|developer)\\b[^.\\n]{0,60}\\b(?:disagree|differ|conflict|contradict|clash|say otherwise)s?\\b[^.\\n]{0,120}\\b(?:go with|follow|trust|obey|prefer|believe|keep to|stick to|wins?|counts?)\\b[^.\\n]{0,20}\\b(?:this (?:page|file|skill|text|document)|what (?:stands|is written) here|here)\\b',
      '\\b(?:where|if|when|whenever)\\b[^.\\n]{0,20}\\bthis (?:page|file|skill|text|document)\\b[^.\\n]{0,60}\\b(?:operator|system|user|administrator|polic(?:y|ies)|developer)\\b[^.\\n]{0,60}\\b(?:disagree|differ|conflict|contradict|clash)s?\\b[^.\\n]{0,120}\\bthis (?:page|file|skill|text|document)\\b',
      `\\b${LIMITS}\\b[^.\\n]{0,24}\\b(?:you (?:were|have been|are) (?:given|told|under)|you got|you carry|of yours)\\b[^.\\n]{0,80}\\b${LAPSED}\\b`,
      `\\b(?:your|my) (?:earlier|former|previous|old|usual|normal|own|initial) ${LIMITS}\\b[^.\\n]{0,40}\\b${LAPSED}\\b`,
      `^[ \\t>*_]{0,6}(?:assistant|AI|claude|model|system)[*_ ]{0,4}:[^\\n]{0,200}\\b${LIMITS}\\b[^\\n]{0,60}\\b${LAPSED}\\b`,
    ),
    zones: ['prose', 'comment', 'fence'],
  },
  {
    id: 'kept-from-readers',
    layer: 'injection',
    severity: 'review',
    signal: 'secrecy',
    message: 'Asks for something to be kept from whoever reads or reviews the work.',
    pattern: any(
      '\\b(?:stays?|stay|keep|kept|remains?|is|are)\\b[^.\\n]{0,16}\\boff the (?:record|books)\\b',
      '\\b(?:no|not a|without a) (?:line|word|trace|mention|hint|sign) (?:of|about) (?:it|this|that|them)\\b[^.\\n]{0,40}\\b(?:in|into|to|on)\\b[^.\\n]{0,30}\\b(?:plan|summary|message|report|log|answer|list|diff|commit|description)',
      '\\b(?:users?|anyone|somebody|someone|people|whoever|person|they)\\b[^.\\n]{0,8}\\b(?:who )?(?:wonders?|notices?|complains?|grows? suspicious|becomes? suspicious)\\b[^.\\n]{0,20}\\b(?:is|are|gets?|should be|hears?)\\b[^.\\n]{0,12}\\b(?:told|answered|that)\\b',
      `\\b(?:the${GAP})?${READERS}${GAP}(?:must|should|shall|may|can|need|does|do|will|is)${GAP}?(?:not|never|n't)${GAP}(?:ever${GAP}|(?:need|have|supposed|meant)${GAP}to${GAP})?(?:hear|come${GAP}across|stumble|be${GAP}(?:told|aware)|learn|find${GAP}out)\\b`,
      '\\bwhoever (?:reads|reviews|looks at|checks|opens)\\b[^.\\n]{0,60}\\b(?:shall|should|must|will|may|need) (?:not|never)\\b',
      `\\b(?:say|write|note|report)${GAP}nothing${GAP}(?:of|about|on)${GAP}(?:it|this|that|them|these|any)\\b[^.\\n]{0,60}\\b(?:in|to|when|afterwards)\\b`,
      `\\bkeep${GAP}(?:the${GAP}following|what${GAP}follows|the${GAP}(?:rest|points?|list)[a-z ]{0,20})${GAP}(?:between${GAP}us|to${GAP}yourself|secret|quiet)`,
      '\\b(?:so|until) (?:that )?(?:the|its|your) (?:diff|change|commit|patch)\\b[^.\\n]{0,20}\\btoo (?:long|big|large)\\b[^.\\n]{0,20}\\b(?:to (?:be )?(?:read|review|notice)|for)',
      `\\b(?:bury|hide|tuck|slip)${GAP}(?:it|this|the${GAP}[a-z]+(?:${GAP}[a-z]+)?)${GAP}(?:in|into|among|between|inside)${GAP}(?:the${GAP}|an?${GAP})?(?:[a-z]+${GAP}){0,3}?(?:generated|formatting|whitespace|lock ?file|refactor\\w*|other${GAP}changes|vendor\\w*|minified)`,
    ),
    unless: '\\b(?:jargon|internals?|acronym|internal details|implementation)\\b',
    zones: PROSE,
  },
  {
    id: 'muted-test',
    layer: 'injection',
    severity: 'info',
    silent: true,
    signal: 'muted-test',
    message: 'Asks for a failing check to be taken out.',
    pattern:
      "\\b(?:tests?|checks?|specs?|assertions?|failures?|errors?|build|lint|scan)\\b[^.\\n]{0,60}\\b(?:comment(?:ed)? (?:it|them|that) out|(?:mark|flag)(?:ed)? (?:it|them|that)? ?as skipped|as skipped|delete (?:it|them)|remove (?:it|them)|disable (?:it|them)|skip (?:it|them)|did(?:n't| not) run)|\\b(?:comment out|skip|delete|disable|mute)\\b[^.\\n]{0,30}\\b(?:failing|red|broken) (?:tests?|checks?|specs?)",
    zones: PROSE,
  },
  {
    id: 'claimed-success',
    layer: 'injection',
    severity: 'info',
    silent: true,
    signal: 'claimed-success',
    message: 'Asks for success to be reported.',
    pattern:
      '\\b(?:report|say|write|claim|state|tell|declare|answer|confirm)\\b[^.\\n]{0,50}\\b(?:all|every|everything|tests?|checks?|suite)\\b[^.\\n]{0,24}\\b(?:green|pass(?:ed|es)?|succeed(?:ed|s)?|fine|clean|in order)\\b',
    unless: "\\b(?:do not|don't|never|not|only|unless|until|before you)\\b",
    zones: PROSE,
  },
  {
    id: 'others-as-user',
    layer: 'injection',
    severity: 'review',
    message: 'Gives the words of others the weight of the words of the user.',
    pattern: any(
      '\\b(?:comments?|messages?|issues?|e?-?mails?|tickets?|titles?|entries|commits?)\\b[^.\\n]{0,80}\\b(?:hold|contain|carry|name|have|are)s?\\b[^.\\n]{0,30}\\bcommands?\\b[^\\n]{0,24}\\b(?:run|execute|start) (?:it|them|these|those|each)\\b',
      '\\b(?:treat|handle|regard|take|consider|obey|follow|process)\\b[^.\\n]{0,60}\\bas (?:if|though) (?:the |your )?(?:user|owner|operator|they|it|he|she)\\b[^.\\n]{0,16}\\b(?:typed|written|said|wrote|came|asked|given|sent|issued)\\b',
      '\\b(?:messages?|comments?|mails?|e-mails?|issues?|replies|entries|tickets)\\b[^.\\n]{0,80}\\b(?:have|has|carry|carries|with) the (?:same )?(?:rank|weight|authority|rights) (?:of|as) (?:the )?(?:user|owner|operator|system)',
    ),
    zones: PROSE,
  },
  {
    id: 'orders-from-address',
    layer: 'injection',
    severity: 'review',
    signal: 'remote-instructions',
    message:
      'Takes its instructions from an address at run time, so that what was reviewed is not what runs.',
    pattern:
      '\\bTXT records?\\b[\\s\\S]{0,160}?\\b(?:do (?:as|what)|follow|obey|execute|carry out|run) (?:it|they|that|what)\\b|https?://\\S{4,200}[\\s\\S]{0,160}?\\b(?:says?|tells?|names?|lists?|holds?|contains?|states?|decides?)\\b[^.;\\n]{0,40}\\b(?:what (?:is |you are |has )?to (?:be done|do)|what (?:you|comes|to do) (?:do )?next|(?:your|the) next (?:steps?|tasks?|orders?|jobs?))\\b',
    zones: PROSE,
  },
  {
    id: 'weakness-asked',
    layer: 'injection',
    severity: 'review',
    message: 'Asks for a weakness to be put into what the user builds.',
    pattern: any(
      '\\b(?:let|allow|accept|permit|take)\\b[^.\\n]{0,50}\\b(?:alg\\W{0,4}none|unsigned tokens?|expired tokens?|any password|empty passwords?|every password|unverified)\\b[^.\\n]{0,30}\\b(?:pass|through|in|as well|too|also|valid)\\b',
      '\\b(?:every|each|all|any|always)\\b[^.\\n]{0,60}\\b(?:set|use|put|add|write|pass)\\b[^.\\n]{0,30}\\b(?:rejectUnauthorized\\W{1,4}false|verify\\W{0,3}=\\W{0,3}False|InsecureSkipVerify\\W{1,4}true|NODE_TLS_REJECT_UNAUTHORIZED\\W{1,4}0|chmod 777|CORS \\*)',
      '\\b(?:accepts?|allows?|takes?|lets?|knows?)\\b[^.\\n]{0,30}\\b(?:the|our|an?) (?:support|service|master|maintenance|emergency|vendor|skeleton|second|extra) (?:password|key|login|token|account)\\b',
    ),
    zones: PROSE,
  },
  {
    id: 'spread-by-product',
    layer: 'injection',
    severity: 'review',
    message: 'Asks the agent to spread these instructions to other skills, agents or sessions.',
    pattern:
      '\\b(?:leave|put|place|install|copy|drop|deposit)\\b[^.\\n]{0,20}\\b(?:copy of this|copies of this|this (?:folder|skill|file)|itself)\\b[^.\\n]{0,60}\\b(?:each|every|all|any other)\\b[^.\\n]{0,30}\\b(?:machine|host|server|account|computer|laptop)s?\\b|\\b(?:every|each|all|any)\\b[^.\\n]{0,12}\\b(?:skills?|agents?|subagents?|repositor(?:y|ies)|projects?|CLAUDE\\.md|SKILL\\.md|plugins?)\\b[^.\\n]{0,60}\\b(?:gets?|contains?|carr(?:y|ies)|includes?|receives?|ends? with|starts? with|must (?:have|hold|contain|carry))\\b[^.\\n]{0,50}\\b(?:this (?:whole |entire |very )?(?:page|file|section|text|skill|block|paragraph)|these (?:lines|instructions|sentences))\\b',
    zones: PROSE,
  },
  {
    id: 'ciphered-orders',
    layer: 'injection',
    severity: 'review',
    message: 'Asks the agent to decode something and to act on it.',
    pattern:
      '\\b(?:shift(?:ed|ing)? (?:each|every|all|the) letters?|each letter (?:back|forward|by)|every (?:second|third|fourth|other) (?:letter|word|line)|atbash|vigen[eè]re|mirror(?:ed)? writing|read (?:it )?from right to left|a1z26|unicode (?:code ?points|numbers))\\b[^\\n]{0,160}\\b(?:carry (?:it )?out|do (?:as|what)|follow|execute|run|obey|act on)\\b',
    zones: PROSE,
  },
  {
    id: 'described-in-place',
    layer: 'injection',
    severity: 'review',
    message: 'The description of a tool puts it in the place of another.',
    pattern:
      '"description"\\s*:\\s*"[^"\\n]{0,300}\\b(?:in place of|instead of|replaces?|rather than|supersedes?)\\b[^"\\n]{0,30}\\b(?:built-?in|native|standard|original|official)\\b[^"\\n]{0,120}',
    zones: ['code'],
  },
  {
    id: 'order-to-maintainers',
    layer: 'injection',
    severity: 'review',
    message: 'Gives orders to whatever model reads the file.',
    pattern:
      '\\b(?:LLMs?|AI|AIs|agents?|assistants?|models?|Claude|Copilot) (?:[a-z]+ )?(?:maintainers?|readers?|editors?|reviewers?|(?:who|that|which) (?:reads?|edits?|maintains?|changes?|reviews?)|reading|editing|working on|maintaining|changing|reviewing|using)\\b[^\\n:"\'{}]{0,40}:[ \\t]+\\w',
    zones: ['code', 'comment'],
  },
  {
    id: 'evades-sandbox',
    layer: 'injection',
    severity: 'review',
    always: true,
    message: 'Asks the agent to get around what was refused.',
    pattern:
      '\\b(?:refused|blocked|denied|stopped|rejected|forbidden)\\b[^.\\n]{0,12}\\bby (?:the |a |an )?(?:sandbox|permissions?|hook|policy|guard|allow ?list)\\b[^.\\n]{0,100}\\b(?:start it again|try (?:it )?again|another way|work around|get around|go around|until it works|on the list of allowed)',
    unless: "\\b(?:never|do not|don't|ask|tell)\\b",
    zones: PROSE,
  },
];
