import { captureReportSchema } from '@loam/contracts/http/capture';
import { usageReportSchema } from '@loam/contracts/http/events';
import { z } from 'zod';
import { eventsOf } from './events-of-payload';
import type { Fields } from './json';

const now = new Date('2026-11-20T12:00:00.000Z');
const secret = ['ghp_', 'a1b2c3d4e5f6a1b2c3d4'].join('');
const base = {
  ...{ session_id: '0190c0de-0000-7000-8000-00000000000a', cwd: '/home/bob/x' },
  transcript_path: '/home/bob/.claude/projects/x/s.jsonl',
};
const told = (payload: Fields, texts = true) =>
  eventsOf({ ...base, ...payload }, { project: '/home/bob/x', now, texts });
const types = (payload: Fields): string[] => told(payload).map(({ type }) => type);

const payloads: Readonly<Record<string, Fields>> = {
  SessionStart: { source: 'startup', model: 'some-model' },
  UserPromptExpansion: { expansion_type: 'slash_command', command_name: 'pdf', prompt: `/pdf ${secret}` },
  PostToolUse: {
    ...{ tool_name: 'Skill', tool_input: { skill: 'tools:pdf', args: secret }, tool_use_id: 'toolu_1' },
    ...{ tool_response: { success: true, text: secret }, duration_ms: 12 },
  },
  PostToolUseFailure: { tool_name: 'Skill', tool_input: { skill: 'pdf' }, error: `no ${secret}` },
  Stop: { last_assistant_message: `mail bob@example.org ${secret}`, background_tasks: [{}] },
  StopFailure: { error: 'rate_limit' },
  SubagentStop: { agent_id: 'agent-1', agent_type: 'reviewer', last_assistant_message: 'done' },
  SessionEnd: { reason: 'logout' },
};

describe.each(Object.entries(payloads))('what %s tells', (hook_event_name, payload) => {
  it('is what the server takes', () => {
    const events = told({ hook_event_name, ...payload });
    expect(events).not.toHaveLength(0);
    z.array(z.union([captureReportSchema, usageReportSchema])).parse(JSON.parse(JSON.stringify(events)));
  });

  it('holds no secret, no address and no path', () => {
    const text = JSON.stringify(told({ hook_event_name, ...payload }));
    for (const gone of [secret, 'bob', '/home']) expect(text).not.toContain(gone);
  });

  it('holds no text unless that was asked for', () => {
    const text = JSON.stringify(told({ hook_event_name, ...payload }, false));
    expect(text).not.toMatch(/"(text|error)"/);
  });
});

describe('a payload', () => {
  it('of a skill tells of its activation as well', () => {
    expect(types({ hook_event_name: 'PostToolUse', ...payloads['PostToolUse'] })).toEqual([
      'loam.capture.tool-used',
      'loam.usage.activation',
    ]);
    expect(types({ hook_event_name: 'UserPromptExpansion', ...payloads['UserPromptExpansion'] })).toContain(
      'loam.usage.activation',
    );
  });

  it('of an unknown event, or without a session, tells nothing', () => {
    expect(types({ hook_event_name: 'Later' })).toEqual([]);
    expect(types({ hook_event_name: 'Stop', session_id: { $ne: 1 } })).toEqual([]);
    expect(eventsOf({}, { project: '/', now, texts: true })).toEqual([]);
  });

  it('has ids in the order of time that no two events share', () => {
    const ids = Array.from({ length: 50 }, () => told({ hook_event_name: 'Stop' })[0]?.id);
    expect(new Set(ids).size).toBe(50);
    for (const id of ids) expect(z.uuidv7().safeParse(id).success).toBe(true);
  });

  it('of any shape is no error', () => {
    for (const odd of [null, 7, [], { a: 1 }, 'x'.repeat(100_000)])
      for (const hook_event_name of Object.keys(payloads))
        told({
          ...{ hook_event_name, tool_name: odd, tool_input: odd, error: odd, background_tasks: odd },
          ...{ reason: odd, last_assistant_message: odd, agent_type: odd, prompt: odd },
        });
  });
});
