import { createHash } from 'node:crypto';
import { redactAndCut } from '@loam/redaction';
import { newEventId } from './event-id';
import { isFields, type Fields } from './json';

/** A CloudEvent as `POST /v1/capture/events` and `POST /v1/events` take it. */
export interface CapturedEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time: string;
  readonly data: Fields;
}

export interface Circumstances {
  readonly project: string;
  readonly now: Date;
  /** Whether texts of the session may be told, redacted. */
  readonly texts: boolean;
}

const MOST_TEXT = 4000;
/** What is longer takes too long to redact while a person waits, and cutting it first might halve a secret. */
const MOST_REDACTED = 65_536;

const WORD = /^[\w.:-]+$/;

/** An identifier: kept as it is, since it says nothing; undefined for everything else. */
const word = (value: unknown, most: number): string | undefined =>
  typeof value === 'string' && value.length <= most && WORD.test(value) ? value : undefined;

const label = (value: unknown, most = 128): string | undefined =>
  typeof value === 'string' && value !== '' ? redactAndCut(value, most) : undefined;

const count = (value: unknown, most: number): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most ? value : undefined;

/** Tells projects apart without saying where they lie on this machine. */
const projectName = (folder: string): string =>
  `path-${createHash('sha256').update(folder).digest('hex').slice(0, 32)}`;

type Told = readonly [type: string, data: Fields];
type Tell = (payload: Fields, text: (value: unknown) => string | undefined) => readonly Told[];

const activation = (payload: Fields, skill: string | undefined, trigger: string): readonly Told[] =>
  skill === undefined
    ? []
    : [['loam.usage.activation', { skill, trigger, tool_use_id: word(payload['tool_use_id'], 100) }]];

const skillOf = ({ tool_input }: Fields): string | undefined =>
  isFields(tool_input) ? word(tool_input['skill'], 256) : undefined;

const toolOf = (payload: Fields): Fields => ({
  tool: label(payload['tool_name'], 200),
  tool_use_id: word(payload['tool_use_id'], 100),
  target: skillOf(payload),
  duration_ms: count(payload['duration_ms'], 86_400_000),
});

const stopped: Tell = ({ last_assistant_message, background_tasks }, text) => [
  [
    'loam.capture.stopped',
    {
      text: text(last_assistant_message),
      background_tasks: Array.isArray(background_tasks) ? background_tasks.length : undefined,
    },
  ],
];

/** What each event of Claude Code tells, by its name; others tell nothing. */
const tells: Readonly<Record<string, Tell>> = {
  SessionStart: ({ source, model }) => [
    [
      'loam.capture.session-started',
      { source: word(source, 64), model: label(model), client: 'claude-code' },
    ],
  ],
  UserPromptExpansion: (payload, text) => [
    ['loam.capture.prompted', { text: text(payload['prompt']) }],
    ...(payload['expansion_type'] === 'slash_command'
      ? activation(payload, word(payload['command_name'], 256), 'user-slash')
      : []),
  ],
  PostToolUse: (payload) => [
    ['loam.capture.tool-used', toolOf(payload)],
    ...(payload['tool_name'] === 'Skill' ? activation(payload, skillOf(payload), 'claude-proactive') : []),
  ],
  PostToolUseFailure: (payload, text) => [
    [
      'loam.capture.tool-failed',
      { ...toolOf(payload), error: text(payload['error']), denied: payload['is_interrupt'] === true },
    ],
  ],
  Stop: stopped,
  StopFailure: stopped,
  SubagentStop: ({ last_assistant_message, agent_id, agent_type }, text) => [
    [
      'loam.capture.subagent-stopped',
      { text: text(last_assistant_message), agent_id: word(agent_id, 100), agent_type: label(agent_type) },
    ],
  ],
  SessionEnd: ({ reason }) => [['loam.capture.session-ended', { reason: word(reason, 64) }]],
};

/** The events that a payload of a hook tells of, with nothing personal or secret in them that redaction knows. */
export function eventsOf(payload: Fields, { project, now, texts }: Circumstances): CapturedEvent[] {
  const session = word(payload['session_id'], 512);
  const tell = tells[String(payload['hook_event_name'])];
  if (session === undefined || tell === undefined) return [];
  const text = (value: unknown): string | undefined =>
    texts && typeof value === 'string' && value.length <= MOST_REDACTED
      ? redactAndCut(value, MOST_TEXT)
      : undefined;
  const about = { session, project: projectName(project), prompt_id: word(payload['prompt_id'], 64) };
  return tell(payload, text).map(([type, data]) => ({
    ...{ specversion: '1.0', id: newEventId(now.getTime()), source: 'loam-hook', type },
    ...{ time: now.toISOString(), data: { ...about, ...data } },
  }));
}
