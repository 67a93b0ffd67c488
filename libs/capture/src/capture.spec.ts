import fc from 'fast-check';
import { skillName, useInHook, useInLog } from './index';

const call = {
  ...{
    hook_event_name: 'PostToolUse',
    tool_name: 'Skill',
    tool_use_id: 't1',
    session_id: 's1',
    prompt_id: 'p1',
  },
  ...{ cwd: '/home/ada/x', tool_input: { skill: 'docs:writing-changelogs', args: 'private' } },
  tool_response: { success: true, commandName: 'writing-changelogs' },
};
const typed = {
  ...{ hook_event_name: 'UserPromptExpansion', expansion_type: 'slash_command', command_name: 'deploy' },
  ...{ session_id: 's1', prompt_id: 'p1', command_args: 'private', prompt: 'private' },
};
const activated = {
  event: 'claude_code.skill_activated',
  at: '2026-03-10T12:00:00.000Z',
  attributes: {
    ...{ 'skill.name': 'writing-changelogs', 'session.id': 's1', 'prompt.id': 'p1', 'event.sequence': 7 },
    ...{ invocation_trigger: 'nested-skill', 'user.email': 'me@company.com' },
  },
};

describe('the use of a skill in a hook', () => {
  it('is a call of the tool that came back, under the name that the client has for the skill', () => {
    expect(useInHook(call)).toMatchObject({
      ...{ what: 'activation', source: 'hook', name: 'docs:writing-changelogs', trigger: 'claude-proactive' },
      ...{ session: 's1', prompt: 'p1', toolUse: 't1', project: '/home/ada/x' },
    });
  });
  it('is a typed slash command', () => {
    expect(useInHook(typed)).toMatchObject({ name: 'deploy', trigger: 'user-slash' });
  });
  it('ING-08 is nothing else, whatever the payload holds', () => {
    for (const none of [
      ...[undefined, null, 7, [], {}, { ...call, tool_name: 'Bash' }, { ...call, hook_event_name: 'Future' }],
      ...[
        { ...call, tool_input: { skill: 'Not A Slug!' } },
        { ...call, tool_input: 'x' },
      ],
    ])
      expect(useInHook(none)).toBeUndefined();
    fc.assert(
      fc.property(fc.anything(), (payload) => {
        useInHook(payload);
      }),
    );
  });
  it('has one id however often it is delivered, and holds nothing that anybody wrote', () => {
    expect(useInHook({ ...call, duration_ms: 5 })?.id).toBe(useInHook(call)?.id);
    expect(useInHook({ ...call, tool_use_id: 't2' })?.id).not.toBe(useInHook(call)?.id);
    expect(JSON.stringify([useInHook(call), useInHook(typed)])).not.toContain('private');
  });
});

describe('the use of a skill in a log record', () => {
  it('is an activation', () => {
    expect(useInLog(activated)).toMatchObject({
      ...{
        what: 'activation',
        source: 'otel',
        name: 'writing-changelogs',
        trigger: 'nested-skill',
        session: 's1',
      },
    });
    expect(JSON.stringify(useInLog(activated))).not.toContain('company');
  });
  it('is what a request cost under a skill', () => {
    const attributes = { 'skill.name': 'a', cost_usd: 0.25, 'session.id': 's1' };
    expect(useInLog({ ...activated, event: 'claude_code.api_request', attributes })).toMatchObject({
      ...{ what: 'cost', cost: 0.25 },
    });
  });
  it("is the tool's result, with its call", () => {
    const attributes = { tool_name: 'Skill', tool_use_id: 't1', tool_parameters: '{"skill_name":"a"}' };
    expect(useInLog({ ...activated, event: 'tool_result', attributes })).toMatchObject({
      name: 'a',
      toolUse: 't1',
    });
  });
  it('is nothing where the name is masked or missing, or the event another', () => {
    const masked = { ...activated.attributes, 'skill.name': 'third-party' };
    expect(useInLog({ ...activated, attributes: masked })).toBeUndefined();
    expect(useInLog({ ...activated, attributes: {} })).toBeUndefined();
    expect(useInLog({ ...activated, event: 'claude_code.user_prompt' })).toBeUndefined();
  });
});

it.each([
  ['/deploy', 'deploy'],
  ['Plugin:some_skill', 'plugin:some_skill'],
  ['upper case', undefined],
  ['***', undefined],
  ['a'.repeat(131), undefined],
])('the name %s means %s', (text, name) => {
  expect(skillName(text)).toBe(name);
});
