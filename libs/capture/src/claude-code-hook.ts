import { idOf, skillName, type DetectedUse } from './detected-use';
import { field, textField } from './field';

/** Who called for the skill, and by what name. Other events and fields keep appearing; none of them is an error. */
function calledBy(payload: unknown): { name: string; trigger: string } | undefined {
  const event = textField(payload, 'hook_event_name');
  if (event === 'PostToolUse' && textField(payload, 'tool_name') === 'Skill')
    return { name: textField(field(payload, 'tool_input'), 'skill'), trigger: 'claude-proactive' };
  if (event === 'UserPromptExpansion' && textField(payload, 'expansion_type') === 'slash_command')
    return { name: textField(payload, 'command_name'), trigger: 'user-slash' };
  return undefined;
}

/**
 * The activation that a payload of a Claude Code hook tells of, if it does: a tool call of `Skill` that came back, or a
 * typed slash command. Every other payload, whatever it holds, is none.
 */
export function useInHook(payload: unknown): DetectedUse | undefined {
  const called = calledBy(payload);
  const name = called === undefined ? undefined : skillName(called.name);
  if (called === undefined || name === undefined) return undefined;
  const [session, prompt, toolUse, project] = ['session_id', 'prompt_id', 'tool_use_id', 'cwd'].map(
    (each) => textField(payload, each) || undefined,
  );
  // Without any of these, two activations cannot be told from one that is told twice.
  const told = [session, prompt, toolUse].map((part) => part ?? '');
  return {
    id: told.join('') === '' ? idOf(crypto.randomUUID()) : idOf('claude-code hook', ...told, name),
    ...{ what: 'activation', source: 'hook', name },
    ...{ session, prompt, toolUse, project, trigger: called.trigger },
  };
}
