import { type Call, type Outcome, outcomeOf, type TranscriptRecord } from '@loam/capture';

/** A call with what came of it. */
export interface Done {
  readonly call: Call;
  readonly outcome: Outcome;
  readonly text: string;
  /** Where its result stands among the records. */
  readonly at: number;
  readonly is: 'command' | 'change' | 'look';
}

const CHANGES: ReadonlySet<string> = new Set(['Edit', 'Write', 'MultiEdit', 'NotebookEdit']);
/** Programs that only look, and those that only say something. */
const LOOKING: ReadonlySet<string> = new Set([
  ...[
    'ls',
    'cat',
    'head',
    'tail',
    'less',
    'grep',
    'egrep',
    'rg',
    'ag',
    'find',
    'fd',
    'tree',
    'wc',
    'file',
    'stat',
  ],
  ...[
    'which',
    'whereis',
    'type',
    'pwd',
    'echo',
    'printf',
    'env',
    'printenv',
    'date',
    'ps',
    'df',
    'du',
    'xxd',
    'od',
  ],
  ...[
    'hexdump',
    'diff',
    'cmp',
    'jq',
    'sort',
    'uniq',
    'lsof',
    'ss',
    'netstat',
    'ping',
    'dig',
    'uname',
    'whoami',
    'sleep',
  ],
]);
/** Programs that can do more, where they only look. */
const LOOKING_USE =
  /^(?:git (?:status|log|diff|show|blame|grep|branch (?:--list|-a|-v)|branch$)|docker (?:compose )?(?:ps|logs|images|inspect)\b|kubectl (?:get|describe|logs|top)\b|npm (?:ls|list|why|outdated|view|info)\b|helm (?:list|status|history|get)\b|terraform (?:show|plan|state list)|systemctl status|adb devices|go (?:env|version|list)\b|pip3? (?:list|show|freeze)\b|cargo tree|\S+ (?:-v|-V|--version|version)$)/;

/** The words of a command without assignments and without `sudo`. */
export const wordsOf = (command: string): string[] =>
  command
    .slice(0, 400)
    .split(/\s+/)
    .filter((word) => word !== '' && word !== 'sudo' && !/^[A-Za-z_]\w*=/.test(word));

/** Whether each part of a command only looks, or goes to a folder; what writes to a file does more. */
function onlyLooks(command: string): boolean {
  if (/(?:^|[^0-9&>])>>?\s*(?!\/dev\/null|&)\S/.test(command)) return false;
  return command.split(/&&|\|\||[|;\n]/).every((part) => {
    const words = wordsOf(part);
    const [program = ''] = words;
    return program === '' || program === 'cd' || LOOKING.has(program) || LOOKING_USE.test(words.join(' '));
  });
}

function kindOf(call: Call): Done['is'] {
  if (CHANGES.has(call.tool)) return 'change';
  return call.tool === 'Bash' && !onlyLooks(call.target) ? 'command' : 'look';
}

/** How many calls of a long session are looked at: its last ones. */
const MOST = 4_000;

/** The calls whose end is known, in the order of their ends. */
export function doneIn(records: readonly TranscriptRecord[]): Done[] {
  const open = new Map<string, Call>();
  const done = records.flatMap((record, at): Done[] => {
    if (record.kind === 'call') open.set(record.id, record);
    const call = record.kind === 'result' ? open.get(record.id) : undefined;
    if (record.kind !== 'result' || call === undefined) return [];
    open.delete(record.id);
    const { text } = record;
    const outcome = call.tool === 'Bash' ? outcomeOf(call.target, record.outcome, text) : record.outcome;
    return [{ call, outcome, text, at, is: kindOf(call) }];
  });
  return done.slice(-MOST);
}
