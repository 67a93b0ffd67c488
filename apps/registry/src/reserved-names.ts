/**
 * Names that an item may not take, each list with the rule that a refusal names. Plain data: what is here was
 * compared with the names of a corpus of real items, and none of them is refused.
 */
export const reservedNames = {
  /** Parts of addresses, and words that a program would take for something else. */
  'names.reserved-word': [
    ...[
      'api',
      'admin',
      'root',
      'system',
      'loam',
      'me',
      'new',
      'all',
      'none',
      'any',
      'null',
      'undefined',
      'true',
    ],
    ...['false', 'latest', 'stable', 'beta', 'next', 'versions', 'version', 'channels', 'channel', 'search'],
    ...[
      'validate',
      'resolve',
      'bundle',
      'bundles',
      'skill',
      'skills',
      'agent',
      'agents',
      'command',
      'commands',
    ],
    ...['plugin', 'plugins', 'official', 'verified', 'support', 'security', 'staff', 'internal', 'default'],
  ],
  /** Names of devices, under which Windows keeps no folder. */
  'names.device': [
    ...['con', 'prn', 'aux', 'nul'],
    ...[1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((number) => [`com${String(number)}`, `lpt${String(number)}`]),
  ],
  /** What agents' own sessions are steered by. */
  'names.session-command': [
    ...[
      'help',
      'clear',
      'init',
      'login',
      'logout',
      'exit',
      'quit',
      'compact',
      'config',
      'cost',
      'doctor',
      'hooks',
    ],
    ...[
      'mcp',
      'memory',
      'model',
      'permissions',
      'resume',
      'settings',
      'upgrade',
      'bug',
      'add-dir',
      'vim',
      'usage',
    ],
  ],
} as const;

/** Built-in commands that people's own items share their names with: no refusal, but somebody should look. */
export const builtInCommands: readonly string[] = [
  ...['review', 'status', 'security-review', 'pr-comments', 'release-notes', 'context', 'export', 'plan'],
];

/** Names of vendors: as any part of a name, and as its first part. */
export const vendorParts: readonly string[] = ['anthropic', 'claude'];
export const vendorFirstParts: readonly string[] = ['openai', 'chatgpt'];
