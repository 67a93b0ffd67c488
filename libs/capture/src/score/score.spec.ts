import fc from 'fast-check';
import type { TranscriptRecord } from '../transcript/record';
import { assistant, bytesOf, readAll, toolResult, toolUse, user } from '../transcript/transcript.fixtures';
import { scoreMore } from './score-more';
import { scoreOf, type Score, type Surroundings } from './score-of';
import { newScore, type ScoreState } from './score-state';
import { stemOf } from './shell';

let calls = 0;
/** A call and its result. */
function ran(command: string, failed: boolean, more: object = {}): object[] {
  const id = `toolu_${(calls += 1)}`;
  return [toolUse(id, 'Bash', { command }), toolResult(id, failed ? 'Exit code 1' : 'ok', failed, more)];
}
function changed(path: string, failed: boolean): object[] {
  const id = `toolu_${(calls += 1)}`;
  return [toolUse(id, 'Edit', { file_path: path }), toolResult(id, 'String to replace not found', failed)];
}
const records = (...lines: unknown[]): TranscriptRecord[] => readAll(bytesOf(...lines));
const scored = (lines: readonly unknown[], around: Surroundings = {}): Score =>
  scoreOf(scoreMore(newScore, records(...lines)), around);
const kinds = (lines: readonly unknown[], around: Surroundings = {}): string[] =>
  scored(lines, around).signals.map(({ kind }) => kind);
const times = <T>(count: number, of: () => T[]): T[] => Array.from({ length: count }, of).flat();

describe('explicit_marker', () => {
  it.each([
    ...[
      'Remember this for later',
      'please SAVE THIS',
      "let's capture it",
      'let’s capture it',
      'let us capture it',
    ],
    ...['/capture-skill', 'TIL: the cache lies', 'well, til the cache lies'],
  ])('is worth 1000, once: %s', (text) => {
    const [first, second] = [user(text), user([{ type: 'text', text }])];
    const { score, signals } = scored([first, second]);
    expect(score).toBe(1000);
    expect(signals).toMatchObject([{ kind: 'explicit_marker', records: [{ offset: 0 }] }]);
    expect(scored([second]).score).toBe(1000);
  });

  it.each([
    ...['do not remember this please, it is wrong', "don't save this", 'you do not need to remember this'],
    ...[
      'never save this',
      'wait until: the build is green',
      'I wait til Monday',
      'do you remember this bug?',
    ],
    ...['add a checkbox "remember this device"', 'please save this file', 'see docs/capture-skill.md'],
  ])('is none in: %s', (text) => {
    expect(kinds([user(text)])).toEqual([]);
  });

  it('is found behind one that is none', () => {
    expect(kinds([user('do not save this file. Remember this: tabs matter')])).toEqual(['explicit_marker']);
  });

  it('is only what a person wrote', () => {
    const said = assistant({ type: 'text', text: 'remember this' });
    const told = [toolUse('t', 'Bash', { command: 'cat x' }), toolResult('t', 'remember this, save this')];
    expect(kinds([said, ...told, user('save this', { isCompactSummary: true })])).toEqual([]);
  });
});

describe('test_recovery', () => {
  const recovery = [...ran('npm test', true), ...ran('npm test', true), ...ran('npm test', false)];

  it('is worth 50 for each test that failed twice in a row and then passed, and names the three calls', () => {
    const { signals, score } = scored([...recovery, ...ran('pytest -q', false), ...recovery]);
    expect(score).toBe(50);
    expect(
      scored([...recovery, ...times(2, () => ran('go test ./...', true)), ...ran('go test ./...', false)])
        .score,
    ).toBe(100);
    expect(signals).toMatchObject([{ kind: 'test_recovery', weight: 50, evidence: 'npm test' }]);
    expect(signals[0]?.records).toHaveLength(3);
  });

  it('is none after one failure, another command of a test, or a pass between', () => {
    expect(kinds([...ran('npm test', true), ...ran('npm test', false)])).toEqual([]);
    const broken = [
      ...ran('npm test', true),
      ...ran('npm test -- a', true),
      ...ran('npm test', true),
      ...ran('npm test', false),
    ];
    expect(kinds(broken)).toEqual([]);
    expect(kinds([...ran('make', true), ...ran('make', true), ...ran('make', false)])).toEqual([]);
  });

  it('is found where calls run at once and results come later, by the id of the call', () => {
    const [a, b, c] = [recovery.slice(0, 2), recovery.slice(2, 4), recovery.slice(4)].map(
      ([call, result]) => ({
        call,
        result,
      }),
    );
    const read = toolUse('r', 'Read', { file_path: '/home/ada/shop/x' });
    const lines = [a?.call, read, a?.result, b?.call, toolResult('r', 'x'), b?.result, c?.call, c?.result];
    expect(kinds(lines)).toEqual(['test_recovery']);
  });

  it('takes no denied, interrupted or background call for a failure or a pass', () => {
    const denied = ran('npm test', true, { toolDenialKind: 'user-rejected' });
    const background = ran('npm test', false, { toolUseResult: { backgroundTaskId: 'b' } });
    expect(kinds([...ran('npm test', true), ...denied, ...ran('npm test', false)])).toEqual([]);
    expect(kinds([...times(2, () => ran('npm test', true)), ...background])).toEqual([]);
    expect(
      kinds([...times(2, () => ran('npm test', true)), ...denied, ...background, ...ran('npm test', false)]),
    ).toEqual(['test_recovery']);
  });

  it('counts a record that is told again once', () => {
    const [call, result] = ran('npm test', true);
    expect(kinds([call, result, call, result, ...ran('npm test', false)])).toEqual([]);
  });
});

describe('edit_retry', () => {
  const path = '/home/ada/shop/src/a.ts';
  it('is worth 30 for each file with more than three failed changes', () => {
    expect(scored(times(3, () => changed(path, true))).score).toBe(0);
    const both = [...times(4, () => changed(path, true)), ...times(5, () => changed(`${path}x`, true))];
    expect(scored(both)).toMatchObject({ score: 60, breakdown: { edit_retry: 60 } });
    expect(scored(both).signals[0]).toMatchObject({ evidence: 'src/a.ts', records: { length: 4 } });
  });
});

describe('cross_session_recurrence', () => {
  it('is worth 30 from the third session with the same fingerprint', () => {
    const lines = [...ran('CI=1 Docker --debug compose up', true), ...ran('npm ci', true)];
    expect(scored(lines).fingerprint).toBe('docker compose');
    expect(scored(lines, { sessionsAlike: 2 }).score).toBe(0);
    expect(scored(lines, { sessionsAlike: 3 }).score).toBe(30);
    expect(scored(changed('/home/ada/shop/src/a.ts', true)).fingerprint).toBe('edit:a.ts');
    expect(kinds(ran('ls', false), { sessionsAlike: 9 })).toEqual([]);
  });
});

describe('novel_command', () => {
  it('is worth 15 for each failed command that the person does not know, three at most', () => {
    const commands = ['helm upgrade x', 'git push', 'terraform apply', 'kubectl get pods', 'buf lint'];
    const all = records(...commands.flatMap((command) => ran(command, true)));
    const told = all.map((each) =>
      each.kind === 'call' && each.target !== 'git push' ? { ...each, novel: true as const } : each,
    );
    expect(scoreOf(scoreMore(newScore, told))).toMatchObject({
      breakdown: { novel_command: 45 },
      signals: [
        { evidence: 'helm upgrade x' },
        { evidence: 'terraform apply' },
        { evidence: 'kubectl get pods' },
      ],
    });
    expect(scoreOf(scoreMore(newScore, told.slice(0, 4))).score).toBe(15);
    expect(scoreOf(scoreMore(newScore, all)).score).toBe(0);
  });

  it('is worth nothing where the command passed', () => {
    const told = records(...ran('helm upgrade x', false)).map((each) => ({ ...each, novel: true as const }));
    expect(scoreOf(scoreMore(newScore, told)).score).toBe(0);
  });
});

describe('long_session', () => {
  const turn = (): object[] => [user('go on'), assistant({ type: 'text', text: 'yes' })];
  it('is worth 5 from the 21st turn of the model on', () => {
    const numbered = (count: number): object[] =>
      times(count, turn).map((each, i) => ({
        ...each,
        message: { ...Object(Reflect.get(each, 'message')), id: `m${i}` },
      }));
    expect(scored(numbered(20)).score).toBe(0);
    expect(scored(numbered(21))).toMatchObject({ score: 5, turns: 21 });
  });
  it('takes the blocks of one answer for one turn, though results come between them', () => {
    expect(scored(times(30, () => ran('ls', false))).turns).toBe(1);
  });
});

it.each([
  ['cd api && npm run build', 'npm run'],
  ['FOO=1 sudo docker -D compose up', 'docker compose'],
  ['export A=1; make', 'make'],
  ['git log | head', 'git log'],
  ['', ''],
])('the stem of %s is %s', (command, stem) => {
  expect(stemOf(command)).toBe(stem);
});

describe('the state between', () => {
  const lines = [
    ...[
      user('fix it'),
      ...times(2, () => ran('npm test', true)),
      ...times(4, () => changed('/a/b.ts', true)),
    ],
    ...[...ran('npm test', false), user('remember this'), ...ran('make', true)],
  ];
  const all = records(...lines);

  it('is JSON, and any division of the records comes to the same', () => {
    const whole = scoreOf(scoreMore(newScore, all), { sessionsAlike: 3 });
    expect(whole.score).toBe(1000 + 50 + 30 + 30);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: all.length }), { maxLength: 8 }), (cuts) => {
        const bounds = [0, ...cuts.toSorted((a, b) => a - b), all.length];
        const state = bounds.slice(1).reduce<ScoreState>((before, to, i) => {
          const next = scoreMore(before, all.slice(bounds[i], to));
          const kept: ScoreState = JSON.parse(JSON.stringify(next));
          return kept;
        }, newScore);
        expect(scoreOf(state, { sessionsAlike: 3 })).toEqual(whole);
      }),
    );
  });

  it('is bounded, however long the session', () => {
    const many = Array.from({ length: 700 }, (_, i) => [
      ...ran(`tool-${i} ${'x'.repeat(1_000)}`, true),
      ...changed(`/a/${i}.ts`, true),
      toolUse(`open-${i}`, 'Bash', { command: 'y'.repeat(1_900) }),
    ]).flat();
    expect(JSON.stringify(scoreMore(newScore, records(...many))).length).toBeLessThan(300_000);
  });

  it('does not lose what a person asked for among many other reasons', () => {
    const recovery = times(60, () => [...times(2, () => ran('npm test', true)), ...ran('npm test', false)]);
    expect(scored([...recovery, user('save this')]).breakdown).toMatchObject({
      explicit_marker: 1000,
      test_recovery: 2500,
    });
  });
});
