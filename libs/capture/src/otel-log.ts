import { idOf, skillName, type DetectedUse } from './detected-use';

/** A log record of OpenTelemetry with its attributes by name; nested values are left out. */
export interface OtelLog {
  /** The name of the event, from its field or its attribute `event.name`. */
  readonly event: string;
  /** ISO 8601, where the record says. */
  readonly at: string | undefined;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

const textOf = (value: string | number | boolean | undefined): string | undefined =>
  value === undefined || value === '' ? undefined : String(value);

function skillOfTool(attributes: OtelLog['attributes']): string | undefined {
  if (attributes['tool_name'] !== 'Skill') return undefined;
  const parameters = textOf(attributes['tool_parameters']) ?? '';
  return /"skill_name"\s*:\s*"([^"\\]{1,200})"/.exec(parameters)?.[1] ?? textOf(attributes['skill_name']);
}

/** What a record tells of the use of a skill: that it was activated, came back as a tool's result, or cost something. */
function toldBy({
  event,
  attributes,
}: OtelLog): { what: DetectedUse['what']; name: string | undefined } | undefined {
  const cost = attributes['cost_usd'];
  switch (event.replace(/^claude_code\./, '')) {
    case 'skill_activated':
      return { what: 'activation', name: textOf(attributes['skill.name']) };
    case 'tool_result':
      return { what: 'activation', name: skillOfTool(attributes) };
    case 'api_request':
      return Number(cost) > 0 ? { what: 'cost', name: textOf(attributes['skill.name']) } : undefined;
    default:
      return undefined;
  }
}

/** Claude Code writes this where the name of a skill is not to be told. */
const MASKED = /^(?:third-party|custom|redacted|\*+)$/;

/** The use that a log record of Claude Code tells of, if it does. Masked names stay masked and tell of no skill. */
export function useInLog(log: OtelLog): DetectedUse | undefined {
  const told = toldBy(log);
  if (told?.name === undefined || MASKED.test(told.name)) return undefined;
  const name = skillName(told.name);
  if (name === undefined) return undefined;
  const { attributes, at, event } = log;
  const sequence = textOf(attributes['event.sequence']);
  const session = textOf(attributes['session.id']);
  const prompt = textOf(attributes['prompt.id']);
  const toolUse = textOf(attributes['tool_use_id']);
  const cost = told.what === 'cost' ? Number(attributes['cost_usd']) : undefined;
  const same = sequence === undefined ? [at, toolUse, prompt] : [sequence];
  return {
    id: idOf('claude-code otel', session ?? '', event, name, ...same.map((part) => part ?? '')),
    ...{ what: told.what, source: 'otel', name, at, session, prompt, toolUse, cost },
    trigger: textOf(attributes['invocation_trigger']),
  };
}
