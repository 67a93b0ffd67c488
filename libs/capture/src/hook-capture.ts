import { z } from 'zod';
import { idOf } from './detected-use';

const text = z.string().optional().catch(undefined);
const count = z.number().int().min(0).optional().catch(undefined);

/** What of a hook's payload is looked at; nothing that a payload holds is an error. */
const payloadSchema = z.object({
  hook_event_name: z.string().catch(''),
  session_id: z.string().min(1).max(512),
  prompt_id: text,
  cwd: text,
  source: text,
  model: text,
  reason: text,
  prompt: text,
  tool_name: text,
  tool_use_id: text,
  tool_input: z
    .object({ command: text, file_path: text, notebook_path: text, skill: text })
    .optional()
    .catch(undefined),
  tool_response: z.unknown().optional(),
  error: text,
  is_interrupt: z.boolean().optional().catch(undefined),
  duration_ms: count,
  last_assistant_message: text,
  background_tasks: z.array(z.unknown()).optional().catch(undefined),
  agent_id: text,
  agent_type: text,
});
type Payload = z.output<typeof payloadSchema>;

/** What a hook tells of a session, in the words of capture events; texts are as they were and may hold anything. */
export interface HookCapture {
  /** The same for the same payload told again. */
  readonly id: string;
  /** `loam.capture.…` */
  readonly type: string;
  readonly session: string;
  readonly data: Readonly<Record<string, string | number | boolean>>;
}

type Said = Readonly<Record<string, string | number | boolean | undefined>>;

const WORD = /^[\w.:-]+$/;
/** A name that is kept as it is, or nothing where it could be a sentence. */
const word = (given: string | undefined, most: number): string | undefined =>
  given !== undefined && given.length <= most && WORD.test(given) ? given : undefined;
const cut = (given: string | undefined, most = 4000): string | undefined => given?.slice(0, most);

function outputOf(response: unknown): string | undefined {
  if (typeof response === 'string') return cut(response);
  if (typeof response !== 'object' || response === null) return undefined;
  const said = ['stdout', 'stderr', 'content']
    .map((name): unknown => Object.getOwnPropertyDescriptor(response, name)?.value)
    .filter((value) => typeof value === 'string' && value !== '');
  return said.length === 0 ? undefined : cut(said.join('\n'));
}

const toolOf = (payload: Payload): Said => ({
  tool: cut(payload.tool_name, 200) ?? 'unknown',
  tool_use_id: word(payload.tool_use_id, 100),
  target: cut(
    payload.tool_input?.command ??
      payload.tool_input?.file_path ??
      payload.tool_input?.notebook_path ??
      payload.tool_input?.skill,
    1000,
  ),
  output: outputOf(payload.tool_response),
  duration_ms: payload.duration_ms,
});

function toldBy(payload: Payload): [type: string, said: Said] | undefined {
  const message = cut(payload.last_assistant_message);
  switch (payload.hook_event_name) {
    case 'SessionStart':
      return ['session-started', { source: word(payload.source, 64), model: cut(payload.model, 128) }];
    case 'UserPromptSubmit':
    case 'UserPromptExpansion':
      return ['prompted', { text: cut(payload.prompt) }];
    case 'PostToolUse':
      return ['tool-used', toolOf(payload)];
    case 'PostToolUseFailure':
      return ['tool-failed', { ...toolOf(payload), error: cut(payload.error), denied: payload.is_interrupt }];
    case 'Stop':
    case 'StopFailure':
      return ['stopped', { text: message, background_tasks: payload.background_tasks?.length }];
    case 'SubagentStop':
      return [
        'subagent-stopped',
        { text: message, agent_id: word(payload.agent_id, 100), agent_type: cut(payload.agent_type, 128) },
      ];
    case 'SessionEnd':
      return ['session-ended', { reason: word(payload.reason, 64) }];
    default:
      return undefined;
  }
}

/** What a payload of a Claude Code hook tells of its session, if it does. Every other payload is none. */
export function captureInHook(payload: unknown): HookCapture | undefined {
  const parsed = payloadSchema.safeParse(payload);
  const told = parsed.success ? toldBy(parsed.data) : undefined;
  if (!parsed.success || told === undefined) return undefined;
  const { session_id: session, prompt_id, cwd } = parsed.data;
  const [type, said] = told;
  const all: Said = { ...said, session, prompt_id: word(prompt_id, 64), project: cut(cwd, 512) };
  const data = Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [[name, value]],
    ),
  );
  return {
    id: idOf('claude-code capture', JSON.stringify(payload)),
    type: `loam.capture.${type}`,
    session,
    data,
  };
}
