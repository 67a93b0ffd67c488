import fc from 'fast-check';
import type { TranscriptRecord } from './record';
import { LINE_MAX, openTranscript, readMore, type TranscriptPlace } from './read-transcript';
import { transcriptLine } from './transcript-line';
import { assistant, bytesOf, line, readAll, toolResult, toolUse, user } from './transcript.fixtures';

const kinds = (records: readonly TranscriptRecord[]): string[] => records.map(({ kind }) => kind);
const texts = (...lines: unknown[]): string[] =>
  readAll(bytesOf(...lines)).flatMap((record) => (record.kind === 'prompt' ? [record.text] : []));
const outcome = (...result: Parameters<typeof toolResult>): unknown =>
  readAll(bytesOf(toolResult(...result))).map((record) =>
    record.kind === 'result' ? record.outcome : '?',
  )[0];

const session = bytesOf(
  user('make the tests pass'),
  assistant({ type: 'thinking', thinking: '', signature: 'x' }),
  assistant({ type: 'text', text: 'I look at them first – größer.' }),
  toolUse('toolu_1', 'Bash', { command: 'npm test', description: 'Run the tests' }),
  toolResult('toolu_1', [{ type: 'text', text: 'Exit code 1\nFAIL' }], true),
  toolUse('toolu_2', 'Edit', { file_path: '/home/ada/shop/src/a.ts', old_string: 'a', new_string: 'b' }),
  toolResult('toolu_2', 'done'),
);

describe('reading a transcript', () => {
  it('gives what the person wrote, what the model said and called, and what came of it', () => {
    expect(readAll(session)).toMatchObject([
      { kind: 'prompt', text: 'make the tests pass', offset: 0 },
      { kind: 'said', text: 'I look at them first – größer.', message: 'msg_1' },
      { kind: 'call', id: 'toolu_1', tool: 'Bash', target: 'npm test' },
      { kind: 'result', id: 'toolu_1', outcome: 'failed', text: 'Exit code 1\nFAIL' },
      { kind: 'call', tool: 'Edit', target: 'src/a.ts', change: { before: 'a', after: 'b' } },
      { kind: 'result', id: 'toolu_2', outcome: 'passed' },
    ]);
  });

  it('gives the same however the bytes are divided, and wherever reading is taken up again', () => {
    const whole = readAll(session);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: session.length }), fc.boolean()), { maxLength: 12 }),
        (cuts) => {
          const found: TranscriptRecord[] = [];
          let state = openTranscript();
          let fed = 0;
          for (const [at, anew] of cuts.toSorted(([a], [b]) => a - b)) {
            const read = readMore(state, session.subarray(fed, at));
            found.push(...read.records);
            const kept: TranscriptPlace = JSON.parse(JSON.stringify(read.state.place));
            state = anew ? openTranscript(kept) : read.state;
            fed = anew ? kept.offset : at;
          }
          found.push(...readMore(state, session.subarray(fed)).records);
          expect(found).toEqual(whole);
        },
      ),
    );
  });

  it('keeps a cut last line for the next time', () => {
    const first = readMore(openTranscript(), session.subarray(0, 40));
    expect(first.records).toEqual([]);
    expect(first.state.place.offset).toBe(0);
    expect(readAll(session.subarray(0, -1))).toEqual(readAll(session));
  });

  it('offsets lead to the lines', () => {
    for (const { offset, uuid } of readAll(session)) {
      expect(JSON.parse(session.subarray(offset, session.indexOf('\n', offset)).toString())).toMatchObject({
        uuid,
      });
    }
  });
});

describe('what a person wrote', () => {
  it('is read from a string and from blocks, without what the client puts beside it', () => {
    const blocks = [
      { type: 'text', text: '<system-reminder>machine</system-reminder>' },
      { type: 'text', text: 'remember this' },
      { type: 'image', source: { data: 'AAAA' } },
    ];
    expect(texts(user('plain'), user(blocks))).toEqual(['plain', 'remember this']);
    expect(texts(user('a <system-reminder>x</system-reminder> b'))).toEqual(['a  b']);
  });

  it('is a command as it was typed', () => {
    const typed =
      '<command-message>capture-skill</command-message>\n<command-name>/capture-skill</command-name>\n<command-args>the lock file</command-args>';
    expect(texts(user(typed))).toEqual(['/capture-skill the lock file']);
  });

  it('is none of the texts that stand in its place', () => {
    expect(
      texts(
        ...[user('meta', { isMeta: true }), user('a summary', { isCompactSummary: true })],
        ...[
          user('of a skill', { sourceToolUseID: 'toolu_1' }),
          user('by the sdk', { promptSource: 'system' }),
        ],
        ...[
          user('a task', { origin: { kind: 'task-notification' } }),
          user('subagent', { isSidechain: true }),
        ],
        ...[user('<task-notification>done</task-notification>'), user('[Request interrupted by user]')],
        ...[user('<local-command-stdout>save this</local-command-stdout>'), user('   ')],
      ),
    ).toEqual([]);
  });
});

describe('how a call ended', () => {
  it('is failed by the flag, by the tag of tools, and by the structured copy', () => {
    expect(outcome('t', 'Exit code 1', true)).toBe('failed');
    expect(outcome('t', '<tool_use_error>File has not been read yet</tool_use_error>')).toBe('failed');
    expect(outcome('t', 'x', false, { toolUseResult: 'Error: x' })).toBe('failed');
    expect(outcome('t', 'Error: is a word of the output')).toBe('passed');
  });

  it('is denied and not failed where it was not allowed', () => {
    for (const toolDenialKind of [
      'user-rejected',
      'automode-blocked',
      'permission-rule',
      'automode-unavailable',
    ])
      expect(outcome('t', 'no', true, { toolDenialKind })).toBe('denied');
    expect(outcome('t', "The user doesn't want to proceed with this tool use.", true)).toBe('denied');
    expect(outcome('t', 'Permission to use Bash with command rm -rf x has been denied.', true)).toBe(
      'denied',
    );
  });

  it('is unknown where it was interrupted or runs on', () => {
    expect(outcome('t', 'x', true, { toolDenialKind: 'interrupted' })).toBe('unknown');
    expect(outcome('t', 'x', false, { toolUseResult: { interrupted: true } })).toBe('unknown');
    expect(outcome('t', '', false, { toolUseResult: { backgroundTaskId: 'b1' } })).toBe('unknown');
  });
});

describe('any bytes', () => {
  it('are no error: noise, invalid UTF-8, unknown records, JSON of any shape', () => {
    const noise = Buffer.concat([
      Buffer.from([0xff, 0xfe, 0x00, 0x0a, 0xc3, 0x28, 0x0a]),
      bytesOf(
        { type: 'future', message: 7 },
        null,
        [],
        '"x"',
        '{"type":"user"}',
        '[['.repeat(50_000),
        user('ok'),
      ),
    ]);
    expect(kinds(readAll(noise))).toEqual(['prompt']);
    expect(readMore(openTranscript(), noise).state.place).toMatchObject({ unreadable: 1 });
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void readAll(bytes)));
    fc.assert(
      fc.property(
        fc.constantFrom('user', 'assistant'),
        fc.jsonValue(),
        fc.dictionary(fc.string(), fc.jsonValue()),
        (type, content, more) => void readAll(bytesOf(line(type, content, more))),
      ),
    );
  });

  it('are bounded: a line that is too long is passed over, in any pieces', () => {
    const long = Buffer.alloc(LINE_MAX + 10, 'x');
    const all = Buffer.concat([bytesOf(user('before')), long, Buffer.from('\n'), bytesOf(user('behind'))]);
    let state = openTranscript();
    const found: TranscriptRecord[] = [];
    let kept = 0;
    for (let from = 0; from < all.length; from += 65_536) {
      const read = readMore(state, all.subarray(from, from + 65_536));
      state = read.state;
      found.push(...read.records);
      kept = Math.max(
        kept,
        state.cut.reduce((sum, { length }) => sum + length, 0),
      );
    }
    expect(found.map((record) => (record.kind === 'prompt' ? record.text : '?'))).toEqual([
      'before',
      'behind',
    ]);
    expect(state.place).toMatchObject({ offset: all.length, tooLong: 1, inLongLine: false });
    expect(kept).toBeLessThanOrEqual(LINE_MAX);
  });

  it('of an image of megabytes leave what else is told', () => {
    const image = { type: 'image', source: { type: 'base64', data: 'A'.repeat(2_300_000) } };
    const [record] = readAll(bytesOf(toolResult('t', [image, { type: 'text', text: 'a screenshot' }])));
    expect(record).toMatchObject({ kind: 'result', text: 'a screenshot' });
  });
});

describe('what is given of a session', () => {
  it('has paths from the root of the project and nothing personal or secret', () => {
    const secret = ['ghp', '_', 'a1B2'.repeat(9)].join('');
    const [record] = readAll(
      bytesOf(
        toolUse('t', 'Bash', {
          command: `cd /home/ada/shop/api && GH=${secret} mail ada@shop.example /home/ada/.ssh`,
        }),
      ),
    );
    expect(record).toMatchObject({ target: 'cd api && GH=[REDACTED] mail [REDACTED] [REDACTED]' });
    expect(JSON.stringify(readAll(bytesOf(user(`in /home/ada/shop, not /home/ada/shop-2/x`))))).toContain(
      'in ., not [REDACTED]',
    );
  });

  it('has no character that a database refuses', () => {
    expect(readAll(bytesOf(user('a\u0000b\u001b[31mc\ud800d\te\r\nf')))).toMatchObject([
      { text: 'abcd\te\nf' },
    ]);
  });

  it('is the beginning and the end of a long text, and no part of a key between', () => {
    const key = [
      '-----BEGIN PRIVATE',
      ' KEY-----\n',
      'QUJD\n'.repeat(30_000),
      '-----END PRIVATE',
      ' KEY-----\n',
    ].join('');
    const [record] = readAll(bytesOf(toolResult('t', `first\n${key}last`)));
    expect(record).toMatchObject({ text: expect.stringMatching(/^first[^]*last$/) });
    expect(JSON.stringify(record)).not.toContain('QUJD');
    expect(JSON.stringify(record).length).toBeLessThan(4_500);
  });

  it('reads the same again when it is written as lines', () => {
    const records = readAll(session);
    const again = readAll(Buffer.from(records.map(transcriptLine).join('')));
    const without = (all: readonly TranscriptRecord[]): unknown[] =>
      all.map((each) => ({ ...each, offset: 0 }));
    expect(without(again)).toEqual(without(records));
    const novel = records.map((each) => (each.kind === 'call' ? { ...each, novel: true as const } : each));
    expect(without(readAll(Buffer.from(novel.map(transcriptLine).join(''))))).toEqual(without(novel));
    const denied = readAll(
      bytesOf(toolResult('t', 'no', true, { toolDenialKind: 'user-rejected', agentId: 'a1' })),
    );
    expect(readAll(Buffer.from(denied.map(transcriptLine).join('')))).toMatchObject([
      { kind: 'result', outcome: 'denied', agent: 'a1' },
    ]);
  });
});
