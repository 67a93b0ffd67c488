import { createHmac, generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { serviceNames, type ServiceName } from '@loam/contracts/operations';
import { createToken } from '@loam/kernel';
import { readIfThere, writeWhole } from './files';

const stored = z.object({ secret: z.string(), token: z.string() });

/** What the stack must keep to itself, made at its first start. */
export interface Secrets {
  /** The bootstrap tenant's administrator. */
  readonly token: string;
  /** What the pseudonyms of projects, sessions and people are made with. */
  readonly pseudonymKey: string;
  /** The password of a database role: always the same one, so that it need not be stored. */
  passwordOf(role: string): string;
  /** The variables that give a service its own identity key and everybody's public one. */
  identityOf(service: ServiceName): Readonly<Record<string, string>>;
}

/** Opens the secrets of a folder, or makes them. */
export async function openSecrets(home: string): Promise<Secrets> {
  const { secret, token } = await openStored(join(home, 'secrets.json'));
  const identity = await openIdentity(join(home, 'identity'));
  return {
    token,
    pseudonymKey: createHmac('sha256', secret).update('pseudonyms').digest('hex'),
    passwordOf: (role) => createHmac('sha256', secret).update(role).digest('base64url'),
    identityOf: (service) => ({
      LOAM_IDENTITY_PRIVATE_KEY_FILE: identity.privateKeyOf(service),
      LOAM_IDENTITY_KEYS_FILE: identity.publicKeys,
    }),
  };
}

async function openStored(file: string): Promise<z.output<typeof stored>> {
  const text = await readIfThere(file);
  if (text !== undefined) return stored.parse(JSON.parse(text));
  const made = { secret: randomBytes(32).toString('hex'), token: createToken().token };
  await writeWhole(file, `${JSON.stringify(made, null, 2)}\n`);
  return made;
}

interface IdentityFiles {
  readonly publicKeys: string;
  privateKeyOf(service: ServiceName): string;
}

/** The file of public keys is written last: with a key for every service in it, all the others are there. */
async function openIdentity(folder: string): Promise<IdentityFiles> {
  const publicKeys = join(folder, 'keys.json');
  const privateKeyOf = (service: ServiceName): string => join(folder, `${service}.pem`);
  const text = await readIfThere(publicKeys);
  const known = z.record(z.string(), z.string()).parse(JSON.parse(text ?? '{}'));
  if (serviceNames.every((service) => service in known)) return { publicKeys, privateKeyOf };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const keys = serviceNames.map((service) => ({ service, pair: generateKeyPairSync('ed25519') }));
  for (const { service, pair } of keys)
    await writeWhole(
      privateKeyOf(service),
      pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    );
  const publicPem = keys.map(({ service, pair }) => [
    service,
    pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  ]);
  await writeWhole(publicKeys, `${JSON.stringify(Object.fromEntries(publicPem), null, 2)}\n`);
  return { publicKeys, privateKeyOf };
}
