import { outcomeOf } from './piped';

describe('a command in a pipe', () => {
  it.each([
    ['npm test | tail -20', 'passed', 'Tests: 2 failed, 3 passed', 'failed'],
    ['npm test 2>&1 | grep -v warn', 'failed', 'Tests: 3 passed, 3 total', 'passed'],
    ['cargo test |& tee log', 'passed', 'test result: FAILED. 1 passed; 1 failed', 'failed'],
    ['cd a && go test ./... | head', 'passed', 'ok  \texample.com/a\t0.2s', 'passed'],
    ['pytest | tail -1', 'passed', '=== 0 failed, 4 passed in 0.1s ===', 'passed'],
    ['npm test | tail', 'passed', 'done', 'unknown'],
  ] as const)('ended as its output says: %s', (command, outcome, text, is) => {
    expect(outcomeOf(command, outcome, text)).toBe(is);
  });
  it.each([
    ...['npm test', 'set -o pipefail; npm test | tail', 'set -eo pipefail && npm test | tail'],
    ...['npm test || tail log', 'npm test | tail; echo ok', 'cat a | npm test'],
  ])('ended as it is told where its own end is: %s', (command) => {
    expect(outcomeOf(command, 'passed', '1 failed')).toBe('passed');
  });
  it('that was denied, or of which nobody knows, stays so', () => {
    expect(outcomeOf('npm test | tail', 'denied', '1 failed')).toBe('denied');
    expect(outcomeOf('npm test | tail', 'unknown', '1 failed')).toBe('unknown');
  });
});
