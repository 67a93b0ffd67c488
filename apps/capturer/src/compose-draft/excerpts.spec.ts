import type { TranscriptRecord } from '@loam/capture';
import { withExcerpts } from './excerpts';

const place = (uuid: string) => ({ uuid, offset: 0 });
const records: TranscriptRecord[] = [
  { ...place('called'), kind: 'call', id: 'c', tool: 'Bash', target: 'npm test' },
  { ...place('called'), kind: 'result', id: 'c', outcome: 'failed', text: 'Exit code 1' },
  { ...place('long'), kind: 'said', text: `${'x'.repeat(290)} ghp_${'a1B2'.repeat(9)} 😀😀` },
];

describe('what the records say that a draft rests on', () => {
  it('is a command with what came of it where one record tells both', () => {
    expect(withExcerpts([{ ...place('called'), claim: 'failed' }], records)).toEqual([
      { ...place('called'), claim: 'failed', excerpt: 'npm test\nExit code 1' },
    ]);
  });
  it('is redacted before it is cut to 300 characters', () => {
    const [told] = withExcerpts([{ ...place('long'), claim: 'why' }], records);
    expect(told?.excerpt).toHaveLength(300);
    expect(told?.excerpt).not.toContain('ghp_');
  });
  it('is empty where the record says nothing', () => {
    expect(withExcerpts([{ ...place('other'), claim: 'why' }], records)).toMatchObject([{ excerpt: '' }]);
  });
});
