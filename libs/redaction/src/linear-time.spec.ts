import { classes } from './classes';
import { redact } from './redact';

/** What is quadratic takes minutes for this. */
const LENGTH = 128 * 1024;
const units = [
  ...[
    'a',
    '1',
    '-',
    '.',
    ' ',
    '@',
    'a@',
    'a.',
    '1.',
    '1-',
    '12 ',
    '+1 ',
    '+44 20 ',
    '/Users/',
    '/home/a/',
    'C:\\Users\\',
  ],
  ...[
    'sk-',
    'sk-aaaaaa-',
    'ghp_',
    'xoxb-',
    'eyJ',
    'eyJaaaaaaaa.',
    'AIza',
    'Bearer ',
    '://',
    '://a:',
    'token=',
    'secret: ',
    'token=a.',
    'secret=a(a,',
  ],
  ...[
    'mysql ',
    'mysql -p"',
    ' -p',
    'curl -u ',
    'curl -u a:',
    'docker login -p ',
    'redis-cli -a ',
    'sshpass -p ',
  ],
  ...[
    'A_',
    'A',
    'TOKEN=',
    'A_KEY=[',
    '--password ',
    'password:',
    'password: a',
    '\n- ',
    'a password',
    'http://a',
    'password ',
    'password for a ',
    'password is ',
    'passphrase a-',
  ],
  ...[
    'login a / ',
    'DE89 ',
    'DE89',
    '+49 170 ',
    '+1 (',
    'https://a.',
    '1:AA',
    '12345678:AA',
    'aws_session_token ',
  ],
  ...[
    '-----BEGIN PRIVATE KEY-----',
    '4111-',
    '123-45-',
    '0190c0de-',
    '0',
    'f',
    '[REDACTED]',
    '\n',
    '"',
    '\u0000',
    'ß',
    '😀',
  ],
];

/** Processor time in ms; what is not linear takes minutes, whatever else the machine does. */
function spentOn(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

describe('BND-12 no class takes more than time proportional to the length', () => {
  it.each(classes.map(({ name, pattern }) => ({ name, pattern })))('$name', ({ pattern }) => {
    for (const unit of units) {
      const text = unit.repeat(LENGTH / unit.length);
      for (const input of [text, `x${text}!`, `${text}@a`])
        expect(spentOn(() => input.replace(pattern, ''))).toBeLessThan(5000);
    }
  });

  it('all of them together', () => {
    for (const unit of units)
      expect(spentOn(() => redact(unit.repeat(LENGTH / unit.length)))).toBeLessThan(5000);
  });
});
