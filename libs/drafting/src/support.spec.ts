import type { TranscriptRecord } from '@loam/capture';
import { supportsOf } from './support';

const at = (uuid: string) => ({ uuid, offset: uuid.length });
const run = (id: string, tool: string, target: string, outcome: 'passed' | 'failed' | 'denied') =>
  [
    { ...at(`${id}-call`), kind: 'call', id, tool, target },
    { ...at(`${id}-end`), kind: 'result', id, outcome, text: '' },
  ] as const satisfies TranscriptRecord[];

const records: TranscriptRecord[] = [
  { ...at('asked'), kind: 'prompt', text: 'Mend it.' },
  ...run('a', 'Bash', 'make', 'failed'),
  ...run('b', 'Bash', 'cat Makefile', 'passed'),
  ...run('c', 'Edit', 'Makefile', 'passed'),
  ...run('d', 'Bash', 'make clean', 'denied'),
  ...run('e', 'Bash', 'make', 'passed'),
  { ...at('answer'), kind: 'said', text: 'A tab was missing.' },
];

it('says what each record supports, each once', () => {
  const claims = supportsOf(records, [...records, ...records]).map(({ uuid, claim }) => `${uuid}: ${claim}`);
  expect(claims).toEqual([
    ...['asked: problem', 'a-call: failed', 'a-end: failed', 'b-call: showed', 'b-end: showed'],
    ...['c-call: file', 'c-end: file', 'd-call: command', 'd-end: command'],
    ...['e-call: worked', 'e-end: worked', 'answer: why'],
  ]);
});
