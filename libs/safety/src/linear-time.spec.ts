import { scanFile } from './scan-file';
import { secretRules } from './secrets/scan-secrets';
import { threatRules } from './threats/scan-threats';
import { Matcher } from './matching/matcher';
import { alternativesOf } from './matching/needed';

const MiB = 1024 * 1024;
const setting = { security: false, opened: new Set<string>() };

/** The processor time of some work, in ms: whatever else the machine does meanwhile. */
function cpuOf(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Texts that make naive patterns try every way of matching before they give up. */
const units = [
  'a',
  ' ',
  '\n',
  'a ',
  '. ',
  '-',
  '<',
  '<!--',
  '![',
  '[![',
  'QUJD',
  '](',
  '"',
  "' + '",
  '```\n',
  '%41',
  '\\x41',
  '&#65;',
  '65, ',
  '\u200b',
];
const phrases = [
  'ignore all ',
  'curl https://a.top/ ',
  'key="',
  'cat ~/.ssh/id_rsa ',
  '<span style="color:white">',
  'password: ',
];

describe('BND-12: a megabyte of anything is judged in linear time', () => {
  // Bounds are ten times what is promised; what they guard against takes minutes.
  it.each([...units, ...phrases])(
    'of %j',
    (unit) => {
      const text = unit.repeat(MiB / unit.length);
      for (const path of ['notes.md', 'run.py']) {
        const entry = { path, bytes: Buffer.from(text), executable: false };
        expect(cpuOf(() => scanFile(entry, setting))).toBeLessThan(20_000);
      }
    },
    60_000,
  );

  it('by every single rule, of what makes the rule look', () => {
    for (const rule of [...threatRules, ...secretRules])
      for (const { needed } of alternativesOf(rule.pattern)) {
        if (needed.sets.length === 0) continue;
        const wanted = needed.sets.map((set) => set[0] ?? '').reverse();
        for (const unit of [wanted.join(' '), `${wanted.join('')}"`, `${wanted.join(' a ')} /a `]) {
          const text = Buffer.from(unit.repeat(MiB / 64 / unit.length));
          expect([rule.id, unit, cpuOf(() => new Matcher([rule]).find(text)) < 1000]).toEqual([
            rule.id,
            unit,
            true,
          ]);
        }
      }
  }, 600_000);

  it('and twice as much takes about twice as long, not four times', () => {
    const half = 'ignore all earlier curl https://a.top/ key="x" <b>'.repeat(5000);
    const scan = (text: string) =>
      cpuOf(() => scanFile({ path: 'a.md', bytes: Buffer.from(text), executable: false }, setting));
    scan(half);
    const [once, twice] = [scan(half), scan(half + half)];
    expect(twice / once).toBeLessThan(3.5);
  }, 60_000);
});
