import { createHash } from 'node:crypto';
import { z } from 'zod';

const answer = {
  ok: z.string().optional(),
  fails: z.string().optional(),
  denied: z.literal(true).optional(),
  interrupted: z.literal(true).optional(),
  background: z.literal(true).optional(),
};
const toolSchema = z.union([
  z.strictObject({ run: z.string(), ...answer }),
  z.strictObject({ edit: z.string(), from: z.string(), to: z.string(), ...answer }),
  z.strictObject({ write: z.string(), text: z.string(), ...answer }),
  z.strictObject({ read: z.string(), ...answer }),
  z.strictObject({ fetch: z.string(), ...answer }),
]);
type ToolStep = z.output<typeof toolSchema>;

/** One step of a labelled session: what somebody wrote, or a call with what came of it. */
export const stepSchema = z.union([
  z.strictObject({
    user: z.string(),
    image: z.literal(true).optional(),
    interrupts: z.literal(true).optional(),
  }),
  z.strictObject({ say: z.string() }),
  z.strictObject({ command: z.string() }),
  z.strictObject({ summary: z.string() }),
  z.strictObject({ parallel: z.array(toolSchema) }),
  toolSchema,
]);
type Step = z.output<typeof stepSchema>;

const ROOT = '/home/dev/shop';

function inputOf(step: ToolStep): { name: string; input: object } {
  if ('run' in step) return { name: 'Bash', input: { command: step.run, description: 'Run it' } };
  if ('write' in step) {
    return { name: 'Write', input: { file_path: `${ROOT}/${step.write}`, content: step.text } };
  }
  if ('read' in step) return { name: 'Read', input: { file_path: `${ROOT}/${step.read}` } };
  if ('fetch' in step) return { name: 'WebFetch', input: { url: step.fetch, prompt: 'What does it say?' } };
  const { edit, from, to } = step;
  return { name: 'Edit', input: { file_path: `${ROOT}/${edit}`, old_string: from, new_string: to } };
}

interface Answer {
  readonly content: string;
  readonly failed: boolean;
  readonly more: object;
}

function answerOf(step: ToolStep): Answer {
  if (step.denied === true) {
    const content = "The user doesn't want to proceed with this tool use. The tool use was rejected.";
    return {
      content,
      failed: true,
      more: { toolDenialKind: 'user-rejected', toolUseResult: 'User rejected' },
    };
  }
  if (step.interrupted === true) {
    const content = '[Request interrupted by user for tool use]';
    return { content, failed: true, more: { toolDenialKind: 'interrupted' } };
  }
  if (step.background === true) {
    const content = 'Command running in background with ID: b1';
    return { content, failed: false, more: { toolUseResult: { backgroundTaskId: 'b1', stdout: '' } } };
  }
  if (step.fails === undefined) return { content: step.ok ?? '', failed: false, more: {} };
  const content =
    'run' in step ? `Exit code 1\n${step.fails}` : `<tool_use_error>${step.fails}</tool_use_error>`;
  return { content, failed: true, more: { toolUseResult: `Error: ${content}` } };
}

/** Writes the lines of one session. Ids and times follow from the session and from the place in it. */
class Writer {
  private readonly lines: string[] = [];
  private answers = 0;

  constructor(private readonly session: string) {}

  private id(of: string): string {
    const hash = createHash('sha256').update(`${this.session}/${this.lines.length}/${of}`).digest('hex');
    return [hash.slice(0, 8), hash.slice(8, 12), `4${hash.slice(13, 16)}`, `8${hash.slice(17, 20)}`]
      .concat(hash.slice(20, 32))
      .join('-');
  }

  line(type: string, more: object): void {
    const seconds = this.lines.length * 7;
    const timestamp = new Date(Date.UTC(2026, 2, 10, 9, 0, seconds)).toISOString();
    const envelope = { type, uuid: this.id(type), sessionId: this.session, timestamp, version: '2.1.240' };
    const where = {
      cwd: ROOT,
      gitBranch: 'main',
      isSidechain: false,
      userType: 'external',
      entrypoint: 'cli',
    };
    this.lines.push(JSON.stringify({ ...envelope, ...where, ...more }));
  }

  user(content: unknown, more: object = {}): void {
    this.line('user', { message: { role: 'user', content }, ...more });
  }

  /** One line for each block, as the client does it. */
  assistant(...blocks: object[]): void {
    this.answers += 1;
    const message = { id: `msg_${this.session}_${this.answers}`, role: 'assistant', model: 'a-model' };
    const usage = { input_tokens: 10, output_tokens: 20 };
    for (const block of blocks) this.line('assistant', { message: { ...message, content: [block], usage } });
  }

  tools(steps: readonly ToolStep[]): void {
    const calls = steps.map((step, i) => ({ step, id: `toolu_${this.session}_${this.answers + 1}_${i}` }));
    this.assistant(
      { type: 'thinking', thinking: '', signature: 'c2ln' },
      ...calls.map(({ step, id }) => ({ type: 'tool_use', id, ...inputOf(step) })),
    );
    for (const { step, id } of calls) {
      const { content, failed, more } = answerOf(step);
      this.user([{ type: 'tool_result', tool_use_id: id, content, is_error: failed }], more);
    }
    this.line('attachment', {
      attachment: { type: 'hook_success', hookEvent: 'PostToolUse', stdout: 'save this' },
    });
  }

  text(): string {
    return this.lines.map((line) => `${line}\n`).join('');
  }
}

function write(writer: Writer, step: Step): void {
  if ('say' in step) writer.assistant({ type: 'text', text: step.say });
  else if ('summary' in step) writer.user(step.summary, { isCompactSummary: true });
  else if ('command' in step) writer.user(typed(step.command));
  else if ('parallel' in step) writer.tools(step.parallel);
  else if ('user' in step) prompt(writer, step);
  else writer.tools([step]);
}

function typed(command: string): string {
  const [name = '', ...args] = command.replace(/^\//, '').split(' ');
  return `<command-message>${name}</command-message>\n<command-name>/${name}</command-name>\n<command-args>${args.join(' ')}</command-args>`;
}

function prompt(
  writer: Writer,
  step: { user: string; image?: true | undefined; interrupts?: true | undefined },
): void {
  if (step.interrupts === true) writer.user([{ type: 'text', text: '[Request interrupted by user]' }]);
  const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } };
  const blocks = [{ type: 'text', text: step.user }, image];
  writer.user(step.image === true ? blocks : step.user, { promptSource: 'typed', origin: { kind: 'human' } });
}

/** The transcript of a session; `whole` puts in what stands for marks. */
export function transcriptOf(
  steps: readonly Step[],
  session: string,
  whole: (text: string) => string,
): string {
  const writer = new Writer(session);
  for (const step of steps) write(writer, stepSchema.parse(mapTexts(step, whole)));
  return writer.text();
}

function mapTexts(value: unknown, whole: (text: string) => string): unknown {
  if (typeof value === 'string') return whole(value);
  if (Array.isArray(value)) return value.map((member) => mapTexts(member, whole));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, mapTexts(member, whole)]));
}
