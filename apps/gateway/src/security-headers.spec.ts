import { securityHeaders } from './security-headers';

it('every answer says what browsers may not do with it', async () => {
  expect(await securityHeaders()).toMatchObject({
    'content-security-policy': expect.stringContaining("default-src 'self'"),
    'strict-transport-security': expect.stringContaining('max-age='),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'SAMEORIGIN',
  });
});
