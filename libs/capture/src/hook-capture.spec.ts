import fc from 'fast-check';
import { captureInHook } from './hook-capture';

const base = { session_id: 's1', cwd: '/home/ada/x', prompt_id: 'p1' };

describe('what a hook tells of its session', () => {
  it.each([
    ['SessionStart', { source: 'resume' }, 'session-started', { source: 'resume' }],
    ['UserPromptSubmit', { prompt: 'remember this' }, 'prompted', { text: 'remember this' }],
    ['Stop', { background_tasks: [{}] }, 'stopped', { background_tasks: 1 }],
    ['SubagentStop', { agent_id: 'a1' }, 'subagent-stopped', { agent_id: 'a1' }],
    ['SessionEnd', { reason: 'logout' }, 'session-ended', { reason: 'logout' }],
  ])('%s', (hook_event_name, payload, type, data) => {
    const found = captureInHook({ ...base, hook_event_name, ...payload });
    expect(found).toMatchObject({ type: `loam.capture.${type}`, session: 's1' });
    expect(found?.data).toEqual({ session: 's1', prompt_id: 'p1', project: '/home/ada/x', ...data });
  });

  it('is which tool ran on what, and what it printed', () => {
    const ran = { tool_name: 'Bash', tool_use_id: 't1', tool_input: { command: 'npm test' }, duration_ms: 5 };
    const used = {
      ...base,
      ...ran,
      hook_event_name: 'PostToolUse',
      tool_response: { stdout: 'ok', stderr: '' },
    };
    expect(captureInHook(used)).toMatchObject({
      type: 'loam.capture.tool-used',
      data: { tool: 'Bash', tool_use_id: 't1', target: 'npm test', output: 'ok', duration_ms: 5 },
    });
    const failed = { ...base, ...ran, hook_event_name: 'PostToolUseFailure', error: 'Exit code 1' };
    expect(captureInHook(failed)).toMatchObject({
      type: 'loam.capture.tool-failed',
      data: { error: 'Exit code 1' },
    });
  });

  it('has one id however often it is delivered', () => {
    const payload = { ...base, hook_event_name: 'Stop' };
    expect(captureInHook({ ...payload })?.id).toBe(captureInHook(payload)?.id);
    expect(captureInHook({ ...payload, prompt_id: 'p2' })?.id).not.toBe(captureInHook(payload)?.id);
  });

  it('ING-08 is nothing where the payload is of no session or of an unknown event', () => {
    for (const none of [
      undefined,
      null,
      7,
      [],
      {},
      { ...base, hook_event_name: 'Future' },
      { hook_event_name: 'Stop' },
    ])
      expect(captureInHook(none)).toBeUndefined();
    fc.assert(
      fc.property(fc.anything(), (payload) => {
        captureInHook(payload);
      }),
    );
  });
});
