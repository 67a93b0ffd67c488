import { newScore } from '../score/score-state';
import { scoreMore } from '../score/score-more';
import { scoreOf } from '../score/score-of';
import { openTranscript, readMore } from './read-transcript';
import { assistant, bytesOf, line, toolResult, toolUse, user } from './transcript.fixtures';

const MEGABYTE = 1_000_000;

/** About a megabyte as clients write it: mostly what hooks printed, some work, an image, and noise. */
function megabyte(): Buffer {
  const work = Array.from({ length: 60 }, (_, i) => [
    assistant({ type: 'text', text: 'I look at the code and change it. '.repeat(10) }),
    toolUse(`toolu_${i}`, 'Bash', { command: `npm test -- src/${i}.spec.ts` }),
    toolResult(`toolu_${i}`, `Exit code 1\n${'Error: expected 1 to be 2\n'.repeat(60)}`, true),
    line('attachment', '', { attachment: { type: 'hook_success', stdout: 'x'.repeat(6_000) } }),
  ]).flat();
  const image = { type: 'image', source: { type: 'base64', data: 'A'.repeat(450_000) } };
  const noise = Buffer.from(Uint8Array.from({ length: 1_000 }, (_, i) => (i * 197) % 256));
  return Buffer.concat([
    bytesOf(user('go on'), ...work, toolResult('toolu_i', [image])),
    noise,
    Buffer.from('\n'),
  ]);
}

it('reads and scores a transcript of 200 MB in bounded memory', () => {
  const piece = megabyte();
  const before = process.memoryUsage().rss;
  let most = before;
  let [state, score, read] = [openTranscript(), newScore, 0];
  for (let fed = 0; fed < 200 * MEGABYTE; fed += piece.length) {
    for (let from = 0; from < piece.length; from += 65_536) {
      const next = readMore(state, piece.subarray(from, from + 65_536));
      state = next.state;
      score = scoreMore(score, next.records);
      read += next.records.length;
    }
    most = Math.max(most, process.memoryUsage().rss);
  }
  expect(state.place.offset).toBeGreaterThanOrEqual(200 * MEGABYTE);
  expect(read).toBeGreaterThan(30_000);
  expect(scoreOf(score).fingerprint).toBe('npm test');
  expect(most - before).toBeLessThan(250 * MEGABYTE);
  expect(JSON.stringify(score).length).toBeLessThan(300_000);
}, 120_000);
