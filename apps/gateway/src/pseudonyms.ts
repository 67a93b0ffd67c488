import { createHmac, type KeyObject, createSecretKey } from 'node:crypto';

/** Pseudonyms that are kept for the next time, since a session tells of itself often. */
const MOST_KEPT = 50_000;

/** What a pseudonym may stand for. The same text names a different thing as each of these. */
export type Pseudonymous = 'project' | 'session' | 'person' | 'call' | 'prompt';

/**
 * Stands pseudonyms in for the projects, sessions, people, calls and prompts of a tenant: HMAC-SHA256 under a key that is the tenant's
 * own, 32 hex digits of it. The same text is always the same pseudonym within a tenant, and another one in the next.
 */
export class Pseudonyms {
  private readonly keys = new Map<string, KeyObject>();
  private readonly kept = new Map<string, string>();

  /** @param secret the installation's; whoever knows it can try out what a pseudonym stands for */
  constructor(private readonly secret: string) {}

  of(tenant: string, what: Pseudonymous, text: string): string {
    const name = `${tenant}/${what}/${text}`;
    const known = this.kept.get(name);
    if (known !== undefined) return known;
    const made = createHmac('sha256', this.keyOf(tenant))
      .update(`${what}\0${text}`)
      .digest('hex')
      .slice(0, 32);
    if (this.kept.size >= MOST_KEPT) this.kept.clear();
    this.kept.set(name, made);
    return made;
  }

  private keyOf(tenant: string): KeyObject {
    const known = this.keys.get(tenant);
    if (known !== undefined) return known;
    const key = createSecretKey(createHmac('sha256', this.secret).update(tenant).digest());
    if (this.keys.size >= MOST_KEPT) this.keys.clear();
    this.keys.set(tenant, key);
    return key;
  }
}
