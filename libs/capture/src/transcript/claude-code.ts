import { clean } from './clean';
import { field, listField, textField } from '../field';
import type { Call, Outcome, TranscriptRecord } from './record';

/** An id as clients make them. Whatever else stands in its place is no id. */
const ID = /^[\w.:-]{1,128}$/;
const TIME = /^\d{4}-\d\d-\d\dT[\d:.]{5,15}Z$/;

const idField = (value: unknown, name: string): string | undefined => {
  const id = textField(value, name);
  return ID.test(id) ? id : undefined;
};

type Envelope = Pick<TranscriptRecord, 'uuid' | 'offset' | 'at' | 'agent'>;

function envelopeOf(line: unknown, offset: number): Envelope {
  const at = textField(line, 'timestamp');
  const agent = idField(line, 'agentId') ?? (field(line, 'isSidechain') === true ? 'sidechain' : undefined);
  return {
    ...{ uuid: idField(line, 'uuid') ?? `at-${offset}`, offset },
    ...(TIME.test(at) ? { at } : {}),
    ...(agent === undefined ? {} : { agent }),
  };
}

/** The texts of a content that is a string or a list of blocks; images and what else there is are left out. */
function textsOf(content: unknown): readonly string[] {
  if (typeof content === 'string') return [content];
  if (!Array.isArray(content)) return [];
  return content
    .map((block: unknown) => (field(block, 'type') === 'text' ? textField(block, 'text') : ''))
    .filter((text) => text !== '');
}

/** Texts that stand where a person writes and that the client wrote. */
const BY_THE_CLIENT =
  /^\s*(?:<(?!command-(?:name|message)>)[a-z][a-z-]*>|\[Request interrupted|Caveat: |This session is being continued from a previous)/;
const TYPED_COMMAND = /<command-name>\s*\/?([\w:-]{1,130})\s*<\/command-name>/;
const ITS_ARGUMENTS = /<command-args>([^<]{0,4000})<\/command-args>/;
const REMINDER = { from: '<system-reminder>', to: '</system-reminder>' };

/** A text without what the client put into it. */
function withoutReminders(text: string): string {
  const from = text.indexOf(REMINDER.from);
  if (from === -1) return text;
  const [head = '', ...others] = text.split(REMINDER.from);
  return head + others.map((part) => part.split(REMINDER.to).slice(1).join('')).join('');
}

/** Whether a record that is the user's was made by the client or by the model. */
function byMachine(line: unknown): boolean {
  const origin = textField(field(line, 'origin'), 'kind');
  return (
    ['isMeta', 'isCompactSummary', 'isSidechain'].some((flag) => field(line, flag) === true) ||
    field(line, 'sourceToolUseID') !== undefined ||
    textField(line, 'promptSource') === 'system' ||
    (origin !== '' && origin !== 'human')
  );
}

/** What a person wrote, in plain words; a typed command as it was typed. Empty where it was no person. */
function promptOf(line: unknown): string {
  if (byMachine(line)) return '';
  const text = textsOf(field(field(line, 'message'), 'content'))
    .filter((part) => !BY_THE_CLIENT.test(part))
    .join('\n');
  const command = TYPED_COMMAND.exec(text)?.[1];
  if (command === undefined) return withoutReminders(text);
  return `/${command} ${ITS_ARGUMENTS.exec(text)?.[1] ?? ''}`.trim();
}

/** Clients that do not say of a denial that it is one answer with these words. */
const DENIED =
  /^(?:The user doesn't want to (?:proceed|take this action)|Permission to use \S+ (?:with command .{0,400} )?has been denied|.{0,80}requested permissions to .{0,400} but you haven't granted it)/s;
const INTERRUPTED = /^\[Request interrupted/;
const BACKGROUND = /^Command running in background with ID/;
const TOOL_ERROR = '<tool_use_error>';

function outcomeOf(line: unknown, block: unknown, text: string): Outcome {
  const structured = field(line, 'toolUseResult');
  if (textField(line, 'toolDenialKind') === 'interrupted' || INTERRUPTED.test(text)) return 'unknown';
  if (field(structured, 'interrupted') === true) return 'unknown';
  if (textField(line, 'toolDenialKind') !== '' || DENIED.test(text)) return 'denied';
  if (textField(structured, 'backgroundTaskId') !== '' || BACKGROUND.test(text)) return 'unknown';
  const failed =
    field(block, 'is_error') === true ||
    text.startsWith(TOOL_ERROR) ||
    (typeof structured === 'string' && structured.startsWith('Error:'));
  return failed ? 'failed' : 'passed';
}

/** In the order in which they say best what a call is about. */
const TARGETS = [
  ...['command', 'file_path', 'notebook_path', 'skill', 'url', 'path', 'pattern', 'query', 'description'],
] as const;
const COMMAND_MAX = 2_000;
const CHANGE_MAX = 1_500;

function callOf(
  block: unknown,
  root: string,
): Pick<Call, 'id' | 'tool' | 'target' | 'change' | 'novel'> | undefined {
  const id = idField(block, 'id');
  if (id === undefined) return undefined;
  const input = field(block, 'input');
  const target = TARGETS.map((name) => textField(input, name)).find((text) => text !== '') ?? '';
  const after = textField(input, 'new_string') || textField(input, 'content');
  const before = clean(textField(input, 'old_string'), root, CHANGE_MAX);
  return {
    ...{ id, tool: idField(block, 'name') ?? 'unknown', target: clean(target, root, COMMAND_MAX) },
    ...(after === '' && before === '' ? {} : { change: { before, after: clean(after, root, CHANGE_MAX) } }),
    ...(field(block, 'novel') === true ? { novel: true } : {}),
  };
}

function spokenBy(line: unknown, envelope: Envelope, root: string): TranscriptRecord[] {
  const message = idField(field(line, 'message'), 'id');
  const of = message === undefined ? {} : { message };
  return listField(field(line, 'message'), 'content').flatMap((block): TranscriptRecord[] => {
    const type = field(block, 'type');
    const text = type === 'text' ? clean(textField(block, 'text'), root) : '';
    if (text.trim() !== '') return [{ ...envelope, kind: 'said', text, ...of }];
    const call = type === 'tool_use' ? callOf(block, root) : undefined;
    return call === undefined ? [] : [{ ...envelope, kind: 'call', ...call, ...of }];
  });
}

function toldTo(line: unknown, envelope: Envelope, root: string): TranscriptRecord[] {
  const results = listField(field(line, 'message'), 'content').flatMap((block): TranscriptRecord[] => {
    const id = field(block, 'type') === 'tool_result' ? idField(block, 'tool_use_id') : undefined;
    if (id === undefined) return [];
    const text = textsOf(field(block, 'content')).join('\n');
    const outcome = outcomeOf(line, block, text);
    return [{ ...envelope, kind: 'result', id, outcome, text: clean(text, root) }];
  });
  if (results.length > 0) return results;
  const prompt = promptOf(line);
  return prompt.trim() === '' ? [] : [{ ...envelope, kind: 'prompt', text: clean(prompt, root) }];
}

/** What one line of a transcript of Claude Code tells; nothing where it tells of nothing that is looked at. */
export function recordsOf(line: unknown, offset: number, root: string): TranscriptRecord[] {
  const type = field(line, 'type');
  if (type === 'assistant') {
    // An answer that is an error of the service was said by no model.
    return field(line, 'isApiErrorMessage') === true ? [] : spokenBy(line, envelopeOf(line, offset), root);
  }
  return type === 'user' ? toldTo(line, envelopeOf(line, offset), root) : [];
}

/** The folder in which the client worked as it wrote the line. */
export const folderOf = (line: unknown): string => textField(line, 'cwd').replace(/[/\\]+$/, '');
