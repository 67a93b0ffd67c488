import RE2 from 're2';
import type { BundleEntry } from '@loam/bundles';
import type { Document } from './document';
import type { Finding } from './finding';
import { hostsIn, isLocal } from './threats/hosts';

/** What it could do if nobody stopped it, apart from whether it means harm. */
export type BlastRadius = 'low' | 'medium' | 'high';

/** Capabilities by the text that shows them. Names are stable: they are compared between versions. */
const SHOWN: readonly [string, string][] = [
  [
    'shell',
    '(?im:^\\s*#!.*\\b(?:ba|z|k|da)?sh\\b)|\\bsubprocess\\.|\\bos\\.system\\s*\\(|\\bchild_process\\b|\\bexecSync\\b|\\bspawnSync?\\s*\\(|\\bBash\\b\\s*\\(|allowed-tools:[^\\n]*\\bBash\\b|(?im:^\\s*```(?:bash|sh|shell|zsh|powershell)\\b)',
  ],
  [
    'network',
    '\\b(?:curl|wget)\\s+[^\\n]{0,80}(?:https?:|\\$)|\\brequests\\.(?:get|post|put|delete|patch)\\s*\\(|\\bfetch\\s*\\(\\s*["\'`](?:https?:|\\$)|\\baxios\\b|\\burlopen\\s*\\(|\\bhttpx\\.|\\bsocket\\.socket\\b|\\bInvoke-(?:WebRequest|RestMethod)\\b|allowed-tools:[^\\n]*\\bWeb(?:Fetch|Search)\\b',
  ],
  [
    'installs-packages',
    '\\b(?:pip3?|uv pip|npm|pnpm|yarn|brew|apt(?:-get)?|gem|cargo|go)\\s+(?:-\\w+\\s+)*(?:install|add|i)\\s+\\S',
  ],
  [
    'remote-code',
    '\\b(?:curl|wget)\\b[^\\n|]{0,300}\\|\\s*(?:sudo\\s+)?(?:ba|z)?sh\\b|\\b(?:source|eval)\\s+["\']?(?:<\\(|\\$\\()\\s*(?:curl|wget)\\b',
  ],
  ['dynamic-commands', '(?m:^|[\\s(>])!`[^`\\n]+`'],
  [
    'credentials',
    '\\.(?:ssh/|aws/credentials|netrc|kube/config|git-credentials|npmrc)|\\bid_(?:rsa|ed25519)\\b',
  ],
  ['environment', '\\bos\\.environ\\b|\\bprocess\\.env\\b|\\bprintenv\\b|\\bgetenv\\s*\\('],
  ['agent-memory', '(?:CLAUDE|AGENTS|MEMORY|SOUL|GEMINI)\\.md\\b'],
  ['agent-settings', '\\.claude/settings|\\.mcp\\.json\\b|\\bclaude\\s+mcp\\s+add\\b|claude_desktop_config'],
  [
    'persistence',
    '\\bcrontab\\b|LaunchAgents|\\bsystemctl\\s+(?:--user\\s+)?enable\\b|schtasks|\\.(?:bashrc|zshrc|bash_profile)\\b',
  ],
  [
    'deletes',
    '\\brm\\s+-\\w*r|\\bshutil\\.rmtree\\b|\\bDROP\\s+(?:TABLE|DATABASE)\\b|\\bRemove-Item\\b[^\\n]*-Recurse',
  ],
  ['privileged', '\\bsudo\\s+\\w|--privileged\\b|docker\\.sock\\b'],
];

const shown = new RE2.Set(
  SHOWN.map(([, pattern]) => pattern),
  'i',
);
const CALL = new RE2(
  '\\b(?:curl|wget|fetch|requests\\.\\w+|axios[.\\w]*|urlopen|httpx\\.\\w+|WebFetch|Invoke-\\w+|iwr|irm|git clone)\\b[^\\n]{0,200}',
  'gi',
);
const MOST_HOSTS = 20;

/** Versions the capabilities. */
export const capabilityRules: readonly unknown[] = SHOWN;

/** Scripts and settings count wherever they stand; a mere reader of Markdown is no program. */
const isScript = ({ path, bytes, executable }: BundleEntry): boolean =>
  executable ||
  /\.(?:py|sh|bash|zsh|js|mjs|cjs|ts|rb|pl|ps1|bat|cmd|php|lua|go|rs|swift|applescript)$/i.test(path) ||
  (bytes[0] === 0x23 && bytes[1] === 0x21);

function hostsOf(document: Document): string[] {
  const hosts: string[] = [];
  CALL.lastIndex = 0;
  for (
    let call = CALL.exec(document.bytes);
    call !== null && hosts.length < MOST_HOSTS;
    call = CALL.exec(document.bytes)
  ) {
    hosts.push(...hostsIn(call[0].toString('latin1')).filter((host) => !isLocal(host)));
  }
  return hosts;
}

/** What the texts of a bundle show that it can do, sorted. */
export function capabilitiesOf(
  entries: readonly BundleEntry[],
  documents: readonly Document[],
  frontmatter: Readonly<Record<string, unknown>>,
): string[] {
  const found = new Set<string>();
  for (const document of documents) {
    for (const index of shown.match(document.bytes)) found.add(SHOWN[index]?.[0] ?? '');
    if (found.has('network'))
      for (const host of hostsOf(document).slice(0, MOST_HOSTS)) found.add(`network:${host}`);
  }
  if (entries.some(isScript)) found.add('scripts');
  if (frontmatter['hooks'] !== undefined || entries.some(({ path }) => /(?:^|\/)hooks\.json$/.test(path)))
    found.add('hooks');
  if (
    frontmatter['mcpServers'] !== undefined ||
    entries.some(({ path }) => /(?:^|\/)\.?mcp\.json$/.test(path))
  )
    found.add('mcp');
  found.delete('');
  return [...found].sort();
}

/** How much harm it could do: everything that runs by itself or takes code or secrets is high. */
export function blastRadiusOf(capabilities: readonly string[]): BlastRadius {
  const has = (...names: string[]): boolean => names.some((name) => capabilities.includes(name));
  if (has('hooks', 'dynamic-commands', 'remote-code', 'credentials', 'persistence', 'privileged'))
    return 'high';
  if (has('scripts', 'shell') && has('network', 'deletes')) return 'high';
  return has('scripts', 'shell', 'network', 'mcp', 'installs-packages', 'agent-settings', 'deletes')
    ? 'medium'
    : 'low';
}

const GRAVE = new Set([
  'hooks',
  'dynamic-commands',
  'remote-code',
  'credentials',
  'persistence',
  'privileged',
  'mcp',
  'agent-settings',
]);

/**
 * What this version asks for that the one before did not. A grave power that nobody reviewed, or a first reach into the
 * network by something that runs programs, is for a person to see; other growth is only noted.
 */
export function growth(previous: readonly string[], now: readonly string[]): Finding[] {
  const before = new Set(previous);
  const added = now.filter((capability) => !before.has(capability) && !capability.startsWith('network:'));
  return added.map((capability) => {
    const reaches = capability === 'network' && now.some((other) => other === 'scripts' || other === 'shell');
    const grave = GRAVE.has(capability) || reaches || (capability === 'scripts' && now.includes('network'));
    return {
      rule: `gains-${capability}`,
      layer: 'change',
      severity: grave ? 'review' : 'info',
      file: 'SKILL.md',
      line: null,
      message: `The version before could not do this: ${capability}.`,
    };
  });
}
