import { join } from 'node:path';
import type { ServiceName } from '@loam/contracts/operations';
import type { ServiceUrls } from '@loam/database';
import type { Secrets } from './secrets';

/** A caller's environment: not set, or empty, counts as missing. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What a service is given of the caller's environment: where it is, how it reports, and what Loam's own pages name. */
const PASSED_ON =
  /^(PATH|HOME|TZ|LANG|LC_ALL|LOG_LEVEL|OTEL_.+|S3_.+|AWS_.+|(HTTPS?|NO|ALL)_PROXY|SSL_CERT_(FILE|DIR)|NODE_EXTRA_CA_CERTS|LOAM_(?!HOME$|PORT$|TEST_).+)$/i;

/** The tenant that the gateway makes at its first start. */
export const TENANT = 'demo';

/** Less than the 15 s after which the stack, or the guard, ends a process by force. */
const SHUTDOWN_SECONDS = '10';

/** What the environment of every service is made of. */
export interface Wiring {
  readonly home: string;
  readonly caller: Environment;
  readonly secrets: Secrets;
  readonly database: Readonly<Record<string, ServiceUrls>>;
  readonly nats: string;
  readonly redis: string;
  readonly gatewayPort: number;
}

/** The caller's variables that a service, or what a service's program does once, may see. */
export const passedOn = (caller: Environment): Record<string, string> =>
  Object.fromEntries(
    Object.entries(caller).flatMap(([name, value]) =>
      value !== undefined && PASSED_ON.test(name) ? [[name, value]] : [],
    ),
  );

/** The whole environment of one service, without the owner's login, which only migrations need. */
export function environmentOf(service: ServiceName, wiring: Wiring): Record<string, string> {
  const { home, caller, secrets, database, gatewayPort } = wiring;
  const urls = database[service];
  if (urls === undefined) throw new Error(`${service} has no database roles.`);
  return {
    ...(service === 'gateway' ? { LOAM_PSEUDONYM_KEY: secrets.pseudonymKey } : {}),
    LOAM_BLOBS_DIR: join(home, 'objects'),
    LOAM_SHUTDOWN_SECONDS: SHUTDOWN_SECONDS,
    // Halves what loading the programs costs, from Node 22 on.
    NODE_COMPILE_CACHE: join(home, 'compiled'),
    ...passedOn(caller),
    DATABASE_URL: urls.app,
    DATABASE_SYSTEM_URL: urls.system,
    NATS_URL: wiring.nats,
    REDIS_URL: wiring.redis,
    LOAM_HEALTH_PORT: '0',
    ...secrets.identityOf(service),
    ...(service === 'gateway'
      ? {
          LOAM_PORT: String(gatewayPort),
          LOAM_BOOTSTRAP_TENANT: TENANT,
          LOAM_BOOTSTRAP_TOKEN: secrets.token,
        }
      : {}),
  };
}
