import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { z } from 'zod';
import { actorSchema, type Actor } from '@loam/contracts/envelope';
import { serviceNameSchema, type ServiceName } from '@loam/contracts/operations';
import { ExpiringCache } from './expiring-cache';
import { Refused } from './refused';

// Published as ES modules only, which TypeScript lets CommonJS load in this way alone.
const loadJose = import('jose');

/** On whose behalf a request is made, and which service says so. */
export interface Identity {
  /** The service that signed it. */
  readonly issuer: ServiceName;
  /** `null` for what belongs to no tenant or to several: grouped telemetry, operators' calls. */
  readonly tenant: string | null;
  readonly actor: Actor;
  readonly scopes: readonly string[];
}

const claimsSchema = z.object({
  iss: serviceNameSchema,
  exp: z.number(),
  tenant: z.uuid().nullable(),
  actor: actorSchema,
  scopes: z.array(z.string()),
});

/** What an identity token says it is, so that no other token signed with the same key passes for one. */
const TYPE = 'loam-identity+jwt';
const LIFETIME_SECONDS = 60;
const REUSE_MS = 30_000;
const CLOCK_SKEW_SECONDS = 5;
const MOST_CACHED = 10_000;

/** A new Ed25519 key pair: PKCS #8 and SPKI, as PEM texts. */
export function generateIdentityKeys(): { privateKeyPem: string; publicKeyPem: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

export interface IdentitySigner {
  /** A compact JWS (EdDSA) that is good for at least 30 and at most 60 seconds. */
  sign(identity: Omit<Identity, 'issuer'>): Promise<string>;
}

interface SignerOptions {
  readonly service: ServiceName;
  /** PKCS #8, Ed25519. */
  readonly privateKeyPem: string;
  /** Written into the token's header, for people who look for the key that signed; verification does not use it. */
  readonly kid?: string;
}

/** Signs identities as this service. One signature serves all requests of the same identity for half a minute. */
export function createIdentitySigner({ service, privateKeyPem, kid }: SignerOptions): IdentitySigner {
  const key = createPrivateKey(privateKeyPem);
  const signed = new ExpiringCache<Promise<string>>(MOST_CACHED);
  const create = async ({ tenant, actor, scopes }: Omit<Identity, 'issuer'>): Promise<string> => {
    const { SignJWT } = await loadJose;
    return new SignJWT({ tenant, actor, scopes: [...scopes] })
      .setProtectedHeader({ alg: 'EdDSA', typ: TYPE, ...(kid === undefined ? {} : { kid }) })
      .setIssuer(service)
      .setIssuedAt()
      .setExpirationTime(`${LIFETIME_SECONDS}s`)
      .sign(key);
  };
  return {
    sign: ({ tenant, actor, scopes }) => {
      const now = Date.now();
      const name = JSON.stringify([tenant, actor.type, actor.id, scopes]);
      const known = signed.get(name, now);
      if (known !== undefined) return known;
      const token = create({ tenant, actor, scopes });
      signed.set(name, token, now + REUSE_MS);
      return token;
    },
  };
}

export interface IdentityVerifier {
  /**
   * The identity that the token states.
   * @throws Refused `unauthenticated` when a service other than the stated one signed it, or it has expired
   */
  verify(token: string): Promise<Identity>;
}

const refuse = (cause?: unknown): Refused =>
  new Refused(
    { code: 'unauthenticated', detail: 'The identity of the caller could not be verified.' },
    cause,
  );

/**
 * Verifies identities. A verified token costs a map look-up until it expires.
 * @param keys the public keys (SPKI, Ed25519) of each service, any of which may have signed: two while one is replaced
 */
export function createIdentityVerifier(
  keys: Readonly<Partial<Record<ServiceName, readonly string[]>>>,
): IdentityVerifier {
  const parsed = new Map(
    Object.entries(keys).map(([service, pems]) => [service, pems.map((pem) => createPublicKey(pem))]),
  );
  const verified = new ExpiringCache<Identity>(MOST_CACHED);

  const check = async (token: string): Promise<z.output<typeof claimsSchema>> => {
    const { decodeJwt, jwtVerify } = await loadJose;
    const { iss } = claimsSchema.parse(decodeJwt(token));
    let problem: unknown;
    for (const key of parsed.get(iss) ?? []) {
      try {
        const { payload } = await jwtVerify(token, key, {
          algorithms: ['EdDSA'],
          typ: TYPE,
          clockTolerance: CLOCK_SKEW_SECONDS,
        });
        return claimsSchema.parse(payload);
      } catch (error) {
        problem = error;
      }
    }
    throw refuse(problem);
  };

  return {
    verify: async (token) => {
      const known = verified.get(token, Date.now());
      if (known !== undefined) return known;
      const { iss, exp, tenant, actor, scopes } = await check(token).catch((error: unknown) => {
        throw refuse(error);
      });
      const identity = { issuer: iss, tenant, actor, scopes };
      verified.set(token, identity, exp * 1000);
      return identity;
    },
  };
}
