import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { z } from 'zod';
import { BrokenSettings, install, installed, ourHooks, remove } from './settings';
import { wiring } from './wiring';

const program = { command: 'loam', args: [] };
const other = { type: 'command', command: 'make lint', timeout: 9 };
const fields = z.record(z.string(), z.unknown());
const read = (text: string) => fields.parse(JSON.parse(text));
const hooksIn = (text: string) => fields.parse(read(text)['hooks']);

/** Settings as people have them, with hooks of others in them. */
const settings = fc.record(
  {
    model: fc.string(),
    permissions: fc.jsonValue(),
    hooks: fc.dictionary(
      fc.constantFrom('Stop', 'PostToolUse', 'SessionStart', 'Notification'),
      fc.array(fc.record({ matcher: fc.string(), hooks: fc.constant([other]) }), {
        minLength: 1,
        maxLength: 3,
      }),
      { minKeys: 1 },
    ),
    unknown: fc.jsonValue(),
  },
  { requiredKeys: [] },
);

describe('installing the hooks', () => {
  it('calls each of them once, from empty settings and from none', () => {
    for (const text of ['', '{}', '\n'])
      expect(installed(install(text, program))).toEqual(wiring.map(({ event }) => event));
  });

  it('is done once it is done', () => {
    fc.assert(
      fc.property(settings, (before) => {
        const once = install(JSON.stringify(before), program);
        expect(install(once, program)).toBe(once);
      }),
    );
  });

  it('keeps everything else, in its order, and removing takes out nothing else', () => {
    fc.assert(
      fc.property(settings, (before) => {
        const text = JSON.stringify(before, null, 2);
        const without = read(remove(install(text, program)));
        expect(JSON.stringify(without)).toBe(JSON.stringify(before));
        const after = Object.keys(read(install(text, program)));
        expect(after).toEqual([...new Set([...Object.keys(before), 'hooks'])]);
      }),
    );
  });

  it('replaces what called us in another way, in its place', () => {
    const text = JSON.stringify({
      hooks: {
        Stop: [
          { hooks: [{ type: 'command', command: '/old/bin/loam hook stop' }] },
          { matcher: '*', hooks: [other] },
        ],
      },
    });
    expect(hooksIn(install(text, program))['Stop']).toEqual([
      { hooks: [{ type: 'command', command: 'loam', args: ['hook', 'stop'], timeout: 5 }] },
      { matcher: '*', hooks: [other] },
    ]);
  });

  it('leaves other handlers of a group that held ours', () => {
    const ours = { type: 'command', command: 'node', args: ['/x/bin/loam', 'hook', 'stop'] };
    const text = JSON.stringify({ hooks: { Stop: [{ hooks: [other, ours] }] } });
    expect(hooksIn(remove(text))['Stop']).toEqual([{ hooks: [other] }]);
  });

  it('does not take for ours what only looks like it', () => {
    const handlers = ['myloam hook stop', 'loam hook install', 'echo loam hook stop now'];
    const text = JSON.stringify({
      hooks: { Stop: [{ hooks: handlers.map((command) => ({ type: 'command', command })) }] },
    });
    expect(remove(text)).toBe(text);
  });

  it.each(['{', '[]', '"text"', '{"hooks": []}', '{"hooks": {"Stop": {}}}', '// comment\n{}'])(
    'refuses settings that are broken: %s',
    (text) => {
      expect(() => install(text, program)).toThrow(BrokenSettings);
      expect(() => remove(text)).toThrow(BrokenSettings);
    },
  );

  it('keeps the indentation', () => {
    expect(install('{\n\t"model": "x"\n}\n', program)).toContain('\n\t"hooks"');
  });
});

it('is what the plugin folder holds', () => {
  const plugin = join(__dirname, '../../../../plugins/claude-code/hooks/hooks.json');
  expect(read(readFileSync(plugin, 'utf8'))).toMatchObject({ hooks: ourHooks(program) });
});
