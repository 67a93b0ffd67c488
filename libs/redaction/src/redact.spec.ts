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
    gone: ['+44 20 7946 0958', '+49-30-1234-5678'],
    stays: ['+44', '+1 more'],
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
  'a credential': {
    gone: [
      ...[joined('eyJ', 'hbGciOiJIUzI1', '.eyJzdWIiOiIx', '.abc'), joined('Bearer ', 'abcdef.ghijkl-mnop')],
      ...['password = hunter2hunter2', 'api_key: "0123456789abcdef"'],
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
    const all = Object.values(examples).flatMap(({ gone, stays }) => [...gone, ...stays]);
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
