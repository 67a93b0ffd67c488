import { z } from 'zod';
import { idOf, skillName, type DetectedUse } from './detected-use';

/** What of a hook's payload is looked at. Other fields keep appearing and are passed over; none of them is an error. */
const payloadSchema = z.object({
  hook_event_name: z.string().catch(''),
  session_id: z.string().optional().catch(undefined),
  prompt_id: z.string().optional().catch(undefined),
  cwd: z.string().optional().catch(undefined),
  tool_name: z.string().optional().catch(undefined),
  tool_use_id: z.string().optional().catch(undefined),
  tool_input: z.object({ skill: z.string() }).partial().optional().catch(undefined),
  expansion_type: z.string().optional().catch(undefined),
  command_name: z.string().optional().catch(undefined),
});
type Payload = z.output<typeof payloadSchema>;

/** Who called for the skill, and by what name. */
function calledBy(payload: Payload): { name: string; trigger: string } | undefined {
  const { hook_event_name: event, tool_name, tool_input, command_name, expansion_type } = payload;
  if (event === 'PostToolUse' && tool_name === 'Skill' && tool_input?.skill !== undefined)
    return { name: tool_input.skill, trigger: 'claude-proactive' };
  if (event === 'UserPromptExpansion' && expansion_type === 'slash_command' && command_name !== undefined)
    return { name: command_name, trigger: 'user-slash' };
  return undefined;
}

/**
 * The activation that a payload of a Claude Code hook tells of, if it does: a tool call of `Skill` that came back, or a
 * typed slash command. Every other payload, whatever it holds, is none.
 */
export function useInHook(payload: unknown): DetectedUse | undefined {
  const parsed = payloadSchema.safeParse(payload);
  const called = parsed.success ? calledBy(parsed.data) : undefined;
  const name = called === undefined ? undefined : skillName(called.name);
  if (!parsed.success || called === undefined || name === undefined) return undefined;
  const { session_id: session, prompt_id: prompt, tool_use_id: toolUse, cwd: project } = parsed.data;
  // Without any of these, two activations cannot be told from one that is told twice.
  const told = [session, prompt, toolUse].map((part) => part ?? '');
  return {
    id: told.join('') === '' ? idOf(crypto.randomUUID()) : idOf('claude-code hook', ...told, name),
    ...{ what: 'activation', source: 'hook', name },
    ...{ session, prompt, toolUse, project, trigger: called.trigger },
  };
}
