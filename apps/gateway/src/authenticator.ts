import { timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Database } from '@loam/database';
import { hashToken, parseToken, type Clock } from '@loam/kernel';
import { Refused } from '@loam/messaging';

/** Who is at the door. */
export interface Principal {
  readonly tenantId: string;
  readonly tenant: string;
  readonly tokenId: string;
  readonly scopes: readonly string[];
}

const tokenRowSchema = z.object({
  tenant_id: z.uuid(),
  tenant: z.string(),
  hash: z.string(),
  scopes: z.array(z.string()),
  expires_at: z.date().nullable(),
  revoked_at: z.date().nullable(),
});
type TokenRow = z.output<typeof tokenRowSchema>;

/** A revocation holds everywhere within a second: no look-up is remembered for longer than this, in ms. */
const REMEMBER_MS = 800;
/** A token that is in use is looked up again ahead of time, so that nobody waits for it. */
const RENEW_MS = 400;
const MOST_REMEMBERED = 10_000;

interface Remembered {
  readonly row: Promise<TokenRow | undefined>;
  readonly until: number;
}

interface Recognised {
  readonly principal: Principal;
  readonly until: number;
  /** From when on the token is looked up again; once. */
  renewAt: number;
}

/** One answer for a token that is missing, mistyped, unknown, expired, revoked or of another tenant. */
const refusal = (): Refused =>
  new Refused({
    code: 'unauthenticated',
    detail: 'Send a valid token of this tenant as `Authorization: Bearer …`.',
  });

/** The row of a token by its public id, if there is one. */
type FindToken = (id: string) => Promise<readonly unknown[]>;

/** Asks the one function of the database that looks across tenants. */
export const findTokenIn =
  (database: Database): FindToken =>
  (id) =>
    database.tenantless((tx) => tx.query<unknown[]>('SELECT * FROM find_token($1)', [id]));

/** The token of an `Authorization` header; an empty text where it has none. */
function bearerOf(authorization: string): string {
  const [scheme = '', token = ''] = authorization.split(' ');
  return scheme.toLowerCase() === 'bearer' ? token : '';
}

/** Hashed and compared whether the id is known or not, so that the time tells nothing. */
const isTokenOf = (token: string, row: TokenRow | undefined): boolean =>
  timingSafeEqual(Buffer.from(hashToken(token)), Buffer.from(row?.hash ?? hashToken('')));

const isGood = ({ revoked_at, expires_at }: TokenRow, now: Date): boolean =>
  revoked_at === null && (expires_at === null || expires_at > now);

/** Recognises tokens. */
export class Authenticator {
  private readonly remembered = new Map<string, Remembered>();

  /** Who was recognised by these very headers, for as long as the look-up is remembered. */
  private readonly recognised = new Map<string, Recognised>();

  constructor(
    private readonly findToken: FindToken,
    private readonly clock: Clock,
  ) {}

  /**
   * @param authorization the header as it came
   * @param tenants the tenants that host and headers name; each must be the token's own
   * @throws Refused `unauthenticated`
   */
  async authenticate(authorization = '', tenants: readonly string[]): Promise<Principal> {
    const token = bearerOf(authorization);
    const id = parseToken(token);
    if (id === undefined) throw refusal();
    const { row: looking, until } = this.find(id);
    const row = await looking;
    const matches = isTokenOf(token, row);
    if (row === undefined || !matches || !isGood(row, this.clock())) throw refusal();
    if (tenants.some((tenant) => tenant !== row.tenant)) throw refusal();
    const principal = { tenantId: row.tenant_id, tenant: row.tenant, tokenId: id, scopes: row.scopes };
    this.recognise(authorization, principal, Math.min(until, row.expires_at?.getTime() ?? until));
    return principal;
  }

  /** Who was recognised by the same header a moment ago, in a request that names these tenants; asks nobody. */
  recall(authorization: string | undefined, tenants: readonly string[]): Principal | undefined {
    const known = authorization === undefined ? undefined : this.recognised.get(authorization);
    const now = this.clock().getTime();
    if (known === undefined || known.until <= now) return undefined;
    const { principal } = known;
    if (tenants.some((tenant) => tenant !== principal.tenant)) return undefined;
    if (known.renewAt <= now) {
      known.renewAt = Infinity;
      this.remembered.delete(principal.tokenId);
      this.authenticate(authorization, []).catch(() => this.recognised.delete(authorization ?? ''));
    }
    return principal;
  }

  private recognise(authorization: string, principal: Principal, until: number): void {
    if (this.recognised.size >= MOST_REMEMBERED) this.recognised.clear();
    this.recognised.set(authorization, { principal, until, renewAt: until - REMEMBER_MS + RENEW_MS });
  }

  private find(id: string): Remembered {
    const now = this.clock().getTime();
    const known = this.remembered.get(id);
    if (known !== undefined && known.until > now) return known;
    if (this.remembered.size >= MOST_REMEMBERED) this.remembered.clear();
    const row = this.lookUp(id);
    const remembered = { row, until: now + REMEMBER_MS };
    this.remembered.set(id, remembered);
    // A look-up that failed is not an answer to remember.
    row.catch(() => this.remembered.delete(id));
    return remembered;
  }

  private async lookUp(id: string): Promise<TokenRow | undefined> {
    const rows = await this.findToken(id);
    return tokenRowSchema.optional().parse(rows[0]);
  }
}
