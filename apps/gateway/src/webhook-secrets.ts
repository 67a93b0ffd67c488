import { createHmac } from 'node:crypto';

/**
 * The secrets that webhooks are signed with, in the form of the Standard Webhooks specification. Each follows from a
 * secret of the installation, so that none has to be kept: neither the log nor a table holds anything to steal.
 */
export class WebhookSecrets {
  private readonly key: Buffer;

  /** @param secret the installation's; with another one, all secrets are others */
  constructor(secret: string) {
    this.key = createHmac('sha256', secret).update('secrets of webhooks').digest();
  }

  /** @param generation which secret of the webhook, from 1 */
  of(tenant: string, webhookId: string, generation: number): string {
    const made = createHmac('sha256', this.key).update(`${tenant}/${webhookId}/${String(generation)}`);
    return `whsec_${made.digest('base64')}`;
  }
}
