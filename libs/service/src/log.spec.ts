import { createLog } from './log';

const written = (write: (log: ReturnType<typeof createLog>) => void): string => {
  const lines: string[] = [];
  write(createLog('registry', 'info', { write: (line) => lines.push(line) }));
  return lines.join('');
};

describe('the log of a service', () => {
  it('is one JSON object per line, with time, level, service and message', () => {
    expect(JSON.parse(written((log) => log.warn({ table: 'skills' }, 'slow')))).toEqual({
      level: 'warn',
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      service: 'registry',
      table: 'skills',
      msg: 'slow',
    });
  });

  it.each([
    ['a header', { headers: { authorization: 'Bearer hunter2' } }],
    ['a field, however deep', { a: { b: { c: { password: 'hunter2"x' } } } }],
    ['a list of a field', { token: ['hunter2', 'hunter2'] }],
    ['a number of a field', { secret: { pin: 'x' }, password: 4711 }],
    ['a body kept as text', { body: '{"token":"hunter2","a":1}' }],
    ['a connection URL', { error: new Error('cannot reach postgres://app:hunter2@db:5432/loam') }],
    ['a connection URL without user', { url: 'redis://:hunter2@cache' }],
    ['a bearer token in a text', { text: 'sent Bearer hunter2 to it' }],
    ['a token of Loam', { text: 'with loam_abc_hunter2abc' }],
    ['a private key', { text: '-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----' }],
    ['a signed URL', { url: 'https://s3/b/k?X-Amz-Signature=hunter2&x=1' }],
  ])('never shows %s that is secret', (_, fields) => {
    const line = written((log) => log.info(fields, 'seen'));
    expect(line).not.toMatch(/hunter2|4711/);
    expect(() => void JSON.parse(line)).not.toThrow();
  });

  it('keeps what only looks like a secret', () => {
    const fields = { tokenId: '42', url: 'http://127.0.0.1:8080/a@b', tokens: 7 };
    expect(JSON.parse(written((log) => log.info(fields, 'seen')))).toMatchObject(fields);
  });

  it('takes out secrets in linear time', () => {
    const texts = [
      'a://'.repeat(20_000),
      '"token":"\\'.repeat(10_000),
      '-----BEGIN PRIVATE KEY'.repeat(5_000),
    ];
    const started = performance.now();
    for (const text of texts) written((log) => log.info({ text }, 'long'));
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
