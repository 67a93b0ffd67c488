import fc from 'fast-check';
import { MARKER, redact, redactAndCut } from './redact';

/** Put together here, so that nothing in this file looks like a credential to whoever scans it. */
const joined = (...parts: string[]): string => parts.join('');

const examples: Readonly<Record<string, { readonly gone: string[]; readonly stays: string[] }>> = {
  'an e-mail address': {
    gone: ['user@company.com', 'first.last+tag@mail.example.co.uk'],
    stays: ['@decorator', 'a@b', 'user at company.com'],
  },
  'a payment card': {
    gone: ['4111-1111-1111-1111', '4111 1111 1111 1111', '4111111111111111'],
    stays: ['4111-1111-1111', '41111111111111111'],
  },
  'an American phone number': {
    gone: ['555-123-4567', '(555) 123-4567', '+1 555.123.4567', '1-555-123-4567'],
    stays: ['2026-03-10', '1700000000', '12-34-56'],
  },
  'an international phone number': {
    gone: ['+44 20 7946 0958', '+49-30-1234-5678', '+49 170 1234567', '+491701234567', '+49 (30) 1234567'],
    stays: ['+44', '+1 more', '@@ -1,5 +10,6 @@', '+1.2.3', '+2026-03-10'],
  },
  'an IPv4 address': { gone: ['192.168.1.1', '10.0.0.255'], stays: ['1.2.3', 'v10.20.30'] },
  'a social security number': { gone: ['123-45-6789'], stays: ['123456789', '12-345-6789'] },
  'a home path of macOS': {
    gone: ['/Users/alice/code/x.ts', '/Users/al@ice/x'],
    stays: ['/usr/bin', '/data/Users'],
  },
  'a home path of Linux': { gone: ['/home/bob/.ssh/config'], stays: ['/homestead/x', '/srv/home/x'] },
  'a home path of Windows': {
    gone: ['C:\\Users\\carol\\x.txt', 'd:\\\\Users\\\\carol\\\\x', 'C:/Users/carol'],
    stays: ['C:\\Windows'],
  },
  'a UUID': {
    gone: ['0190c0de-0000-7000-8000-00000000000a', '0190C0DE-0000-4000-8000-00000000000A'],
    stays: ['0190c0de00007000800000000000000a'],
  },
  'an OpenAI-style key': {
    gone: [joined('sk-', 'abc123def'), joined('sk-ant-', 'api03-abcdefghij')],
    stays: ['task-force-one', 'sk-ab', 'risk-assessment'],
  },
  'a GitHub token': {
    gone: ['p', 'o', 'u', 's', 'r'].map((kind) => joined('gh', kind, '_', 'a1b2c3d4e5f6')),
    stays: ['ghp_ab', 'ghost_writer'],
  },
  'a Slack token': { gone: [joined('xox', 'b-123456-abcdef')], stays: ['xoxo'] },
  'a private key': {
    gone: [joined('-----BEGIN RSA PRIVATE ', 'KEY-----\nabc\n-----END RSA PRIVATE ', 'KEY-----')],
    stays: ['-----BEGIN CERTIFICATE-----'],
  },
  'a key of a provider': {
    gone: [
      ...[joined('AKIA', 'ABCDEFGHIJKLMNOP'), joined('AIza', 'a'.repeat(35)), joined('npm_', 'a'.repeat(36))],
      ...[joined('sk_live_', 'a'.repeat(24)), joined('glpat-', 'a'.repeat(20))],
    ],
    stays: ['AKIA', 'npm_config_cache'],
  },
  'an account number': {
    gone: ['DE89 3704 0044 0532 0130 00', 'DE89370400440532013000', 'GB29 NWBK 6016 1331 9268 19'],
    stays: ['DE89', 'ISO 3166', '3f2a9c81d4e5b6a7980c1d2e3f4a5b6c7d8e9f0a', 'v1.20.3-rc.1'],
  },
  'an address that whoever knows it may post to': {
    gone: [
      ...[joined('https://hooks.slack.', 'com/services/T0AAAAAAA/B0BBBBBBB/cccccccccccccccccccccccc')],
      ...[joined('https://discord.', 'com/api/webhooks/123456789012345678/abc-DEF_ghi')],
      ...[joined('https://acme.webhook.', 'office.com/webhookb2/a@b/IncomingWebhook/c/d')],
      ...[joined('https://api.telegram.', 'org/bot123456789:AAabc-def_ghi')],
      ...[joined('123456789:', 'AA', 'b'.repeat(33))],
    ],
    stays: ['https://hooks.slack.com', 'https://discord.com/channels/1/2', 'https://api.telegram.org/'],
  },
  'a credential': {
    gone: [
      ...[joined('eyJ', 'hbGciOiJIUzI1', '.eyJzdWIiOiIx', '.abc'), joined('Bearer ', 'abcdef.ghijkl-mnop')],
      ...['api_key: "0123456789abcdef"'],
    ],
    stays: ['the token is short', 'Bearer of news', 'password reset'],
  },
};

describe.each(Object.entries(examples))('%s', (_, { gone, stays }) => {
  it.each(gone)('goes: %s', (text) => {
    expect(redact(text)).toBe(MARKER);
    expect(redact(`see ${text}, and (${text}).`)).toBe(`see ${MARKER}, and (${MARKER}).`);
  });
  it.each(stays)('leaves what is none: %s', (text) => {
    expect(redact(`see ${text} there`)).toBe(`see ${text} there`);
  });
});

/** Each with what goes between the marks. */
const told = [
  ...['mysql -uroot -p«TopPassw0rd99»', "mysqldump -h db -p'«my pass»' shop", 'PGPASSWORD=«Xyzzy12345» psql'],
  ...['curl -u admin:«Adm1nPw99» https://x.example', 'curl -s --user "admin:«swordfish»" https://x.example'],
  ...['docker login -u bob -p «Dock3rPw1234»', 'docker login --password=«swordfish» -u bob'],
  ...[
    "sshpass -p '«Sshp4ssPw»' ssh bob",
    'sshpass -p«Sshp4ssPw» ssh bob',
    'redis-cli -h db -a «R3disPw99» ping',
  ],
  `aws configure set aws_secret_access_key «${'aB3/'.repeat(10)}»`,
  ...[
    'password «hunter2»',
    'password = «hunter2hunter2»',
    'the password is «Plain7Pw!»',
    'password for the shop is «Plain7Pw!»',
  ],
  ...[
    'login is admin / «Wint3r2026!»',
    'password: «correct horse»',
    'Notes:\n- db password = «correct horse battery»',
    'passphrase «correct-horse»',
    'the passphrase is «correct-horse-battery»',
  ],
  ...[
    'DB_PASSWORD=«abc»',
    'export GH_TOKEN="«a b c»"',
    'APP_SECRET=«x,y,z»',
    'MY_KEY=«abcd»',
    'x --token «abc123»',
    'x --password «hunter»',
    'git clone https://«a1b2c3d4e5f6a7b8c9d0»@host.example/x.git',
    'mysql -u root -p«hunter2» shop',
    'PGPASSWORD=«hunter» psql',
  ],
];

describe('a secret that shows by what stands before it', () => {
  it.each(told)('goes alone: %s', (text) => {
    const secret = /«(.*)»/.exec(text)?.[1] ?? '';
    const [clear, gone] = [text.replace(/[«»]/g, ''), redact(text.replace(/[«»]/g, ''))];
    expect(clear).toContain(secret);
    expect(gone).not.toContain(secret);
    expect(gone.replaceAll(/["']/g, '')).toBe(text.replace(/«.*»/, MARKER).replaceAll(/["']/g, ''));
    for (let most = 1; most < clear.length + MARKER.length; most += 1)
      expect(gone.startsWith(redactAndCut(clear, most))).toBe(true);
  });

  it.each([
    ...['mysql -h host -P 3306', 'mysql -u root -p shop', 'mysql -p"$PASS" shop', 'mysql x && mkdir -p a/b'],
    ...[
      'password is required',
      'password is case-sensitive',
      'a password of 12 characters',
      'password sha256 hash',
    ],
    ...[
      'curl -u "$USER:$PASS" https://x.example',
      'curl -u admin https://x.example',
      'curl http://localhost:3000/a',
    ],
    ...[
      'token count is 5',
      'the secret is out',
      'MAX_TOKENS=4096',
      'MY_KEY=$OTHER_KEY',
      'docker run -p 8080:80 shop',
    ],
    ...['docker login ghcr.io && docker run -p 8080:80 x', 'redis-cli -h db ping', 'pass --password to it'],
    ...[
      'commit 3f2a9c81d4e5b6a7980c1d2e3f4a5b6c7d8e9f0a',
      'npm 11.2.0 and node 24.1.0',
      'the login is broken',
    ],
    ...['password: must be at least 8 characters', 'password: string', 'give --password to it'],
    ...['password: null', '--password is required'],
    ...['sshpass -e ssh bob', 'passphrase is required', 'the passphrase is case-sensitive', 'BYPASS=yes'],
  ])('is not in: %s', (text) => {
    expect(redact(text)).toBe(text);
  });
});

describe('a value in code', () => {
  it.each([
    ...['password = call()', 'password = get_password()', 'let token = await fetchToken(user, scope);'],
    ...[
      'password := loadPassword()',
      'password:=loadPassword()',
      'x = connect(password=read_password(), port=1)',
    ],
    ...['password = os.environ["DB_PASSWORD"]', 'password = os.environ[...]', "token = ENV['API_TOKEN']"],
    ...['password: process.env.DB_PASSWORD,', 'token: process.env.API_TOKEN!', 'secret = config.auth.secret'],
    ...["password = os.environ.get('DB_PASSWORD')", 'password = os.getenv("DB_PASSWORD")  # set by CI'],
    ...['TOKEN=$GITHUB_TOKEN npm publish', 'token="${github_token}"', 'DB_PASSWORD=read_password()'],
    ...['password = this.password;', 'password = getPw2()', 'api_key: settings.API_KEY'],
  ])('stays where it tells no secret: %s', (text) => {
    expect(redact(text)).toBe(text);
    expect(redact(`${text}\nx = 1`)).toBe(`${text}\nx = 1`);
  });

  it.each([
    ...['password = "swordfish99"', "password = 'call()12345'", 'password = decrypt("swordfish99")'],
    ...['password = os.environ.get("DB_PASSWORD", "swordfish99")', 'password = call() or "swordfish99"'],
    ...[
      'password=swordfish99',
      'password = swordfish.swordfish99',
      'secret: $words4fish99',
      'token=$abcdef1234',
    ],
    ...['DB_PASSWORD=swordfish99(a)b', 'password = unwrap("SWORDFISH99")', 'token = "swordfish99".trim()'],
    ...['password=$SWORD@fish99', 'token=this.swordfish99@x1'],
  ])('goes where it is told in letters: %s', (text) => {
    expect(redact(text)).toContain(MARKER);
    expect(redact(text)).not.toMatch(/fish99|abcdef/i);
  });
});

describe('redaction', () => {
  it('takes the password out of an address and leaves where it leads', () => {
    expect(redact('postgres://me:secret@db/x')).toBe(`postgres://${MARKER}@db/x`);
  });

  it('makes an empty text of what is no text', () => {
    for (const nothing of [undefined, null, 7, {}, []]) expect(redact(nothing)).toBe('');
  });

  it('takes several classes out of one text', () => {
    expect(redact('mail a@b.org from /home/me/x to 10.0.0.1 or +44 20 7946 0958')).toBe(
      `mail ${MARKER} from ${MARKER} to ${MARKER} or ${MARKER}`,
    );
  });

  it('is done once it is done', () => {
    const known = Object.values(examples).flatMap(({ gone, stays }) => [...gone, ...stays]);
    const all = [...known, ...told.map((text) => text.replace(/[«»]/g, ''))];
    const texts = fc.array(
      fc.oneof(fc.constantFrom(...all), fc.string({ maxLength: 20 }), fc.constant(MARKER)),
    );
    fc.assert(
      fc.property(texts, fc.constantFrom(' ', '', ',', '/'), (parts, between) => {
        const once = redact(parts.join(between));
        expect(redact(once)).toBe(once);
      }),
    );
  });

  it('ING-13 is cut after it is done: no part of a secret is left at the edge', () => {
    const secret = joined('ghp_', 'a'.repeat(36));
    const cut = redactAndCut(`${'x'.repeat(74)} ${secret}`, 80);
    expect(cut).toBe(`${'x'.repeat(74)} [REDA`);
    expect(redactAndCut('x'.repeat(80), 80)).toHaveLength(80);
    expect(redactAndCut(`${'x'.repeat(79)}😀`, 80)).toBe('x'.repeat(79));
  });
});
