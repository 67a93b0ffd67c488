/** The words that follow `loam hook` where Claude Code calls it. */
export const hookVerbs = [
  'session-start',
  'prompt-expansion',
  'post-tool-use',
  'stop',
  'subagent-stop',
  'session-end',
] as const;
export type HookVerb = (typeof hookVerbs)[number];

export const isHookVerb = (word: string | undefined): word is HookVerb =>
  hookVerbs.some((verb) => verb === word);

/** The words that follow `loam hook` where a person calls it. */
const personVerbs: readonly string[] = ['install', 'doctor', 'help'];

/** Whether a word after `loam hook` is one that Claude Code calls and nobody here knows. */
export const isUnknownVerb = (word: string | undefined): boolean =>
  word !== undefined && !word.startsWith('-') && !isHookVerb(word) && !personVerbs.includes(word);

interface Wire {
  /** As Claude Code names it. */
  readonly event: string;
  readonly verb: HookVerb;
  /** Of tool events: which tool's. */
  readonly matcher?: string;
}

/** Which event of Claude Code calls which hook. */
export const wiring: readonly Wire[] = [
  { event: 'SessionStart', verb: 'session-start' },
  { event: 'UserPromptExpansion', verb: 'prompt-expansion' },
  { event: 'PostToolUse', verb: 'post-tool-use', matcher: 'Skill' },
  { event: 'PostToolUseFailure', verb: 'post-tool-use', matcher: 'Skill' },
  { event: 'Stop', verb: 'stop' },
  { event: 'StopFailure', verb: 'stop' },
  { event: 'SubagentStop', verb: 'subagent-stop' },
  { event: 'SessionEnd', verb: 'session-end' },
];
