import { createPrivateKey, sign as signBytes } from 'node:crypto';
import { createIdentitySigner, createIdentityVerifier, generateIdentityKeys } from './identity';

const first = generateIdentityKeys();
const second = generateIdentityKeys();
const identity = {
  tenant: '0190c0de-0000-7000-8000-000000000001',
  actor: { type: 'token', id: 'a-token' } as const,
  scopes: ['skills:read'],
};
const signerOf = ({ privateKeyPem }: typeof first) =>
  createIdentitySigner({ service: 'gateway', privateKeyPem, kid: 'a-kid' });
const verifier = createIdentityVerifier({ gateway: [first.publicKeyPem], registry: [second.publicKeyPem] });

/** A token with any header and claims, properly signed. */
const forge = (header: object, claims: object, keys = first): string => {
  const text = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const signature = signBytes(null, Buffer.from(text), createPrivateKey(keys.privateKeyPem));
  return `${text}.${signature.toString('base64url')}`;
};
const header = { alg: 'EdDSA', typ: 'loam-identity+jwt' };
const claims = { iss: 'gateway', iat: 0, exp: Math.floor(Date.now() / 1000) + 60, ...identity };
const refused = { failure: { code: 'unauthenticated' } };

afterEach(() => jest.useRealTimers());

it('carries who asks from the service that signs to the one that verifies', async () => {
  const token = await signerOf(first).sign(identity);
  expect(await verifier.verify(token)).toEqual({ issuer: 'gateway', ...identity });
  expect(await verifier.verify(await signerOf(first).sign({ ...identity, tenant: null }))).toMatchObject({
    tenant: null,
  });
});

it('is not believed when another service signed it', async () => {
  await expect(verifier.verify(await signerOf(second).sign(identity))).rejects.toMatchObject(refused);
});

it('is believed with either of two keys, while one replaces the other', async () => {
  const rotating = createIdentityVerifier({ gateway: [first.publicKeyPem, second.publicKeyPem] });
  for (const keys of [first, second])
    expect(await rotating.verify(await signerOf(keys).sign(identity))).toMatchObject(identity);
});

it('AUT-06 is refused when it is expired, of another kind, unsigned or no token at all', async () => {
  expect(await verifier.verify(forge(header, claims))).toMatchObject(identity);
  const forged = [
    forge(header, { ...claims, exp: 1 }),
    forge(header, { ...claims, exp: undefined }),
    forge(header, { ...claims, iss: 'nobody' }),
    forge(header, { ...claims, iss: 'decay' }),
    forge(header, { ...claims, scopes: 'all' }),
    forge({ ...header, typ: 'JWT' }, claims),
    forge({ ...header, alg: 'none' }, claims),
    forge({ ...header, alg: 'HS256' }, claims),
    `${forge(header, claims).split('.').slice(0, 2).join('.')}.`,
    'no token',
    '',
  ];
  for (const token of forged) await expect(verifier.verify(token)).rejects.toMatchObject(refused);
});

it('is signed once for half a minute, and verified once until it expires', async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  const signer = signerOf(first);
  const token = await signer.sign(identity);
  await verifier.verify(token);
  expect(await signer.sign({ ...identity })).toBe(token);
  expect(await signer.sign({ ...identity, scopes: [] })).not.toBe(token);
  jest.setSystemTime(Date.now() + 31_000);
  expect(await signer.sign(identity)).not.toBe(token);
  await verifier.verify(token);
  jest.setSystemTime(Date.now() + 40_000);
  await expect(verifier.verify(token)).rejects.toMatchObject(refused);
});
