import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { WebhookSecrets } from '../webhook-secrets';
import { signedHeaders } from './message';

const secrets = new WebhookSecrets('an installation secret of some length');
const one = secrets.of('tenant', 'webhook', 1);
const two = secrets.of('tenant', 'webhook', 2);
const body = '{"type":"x"}';

describe('the signature of a message', () => {
  it('verifies by the Standard Webhooks package with either secret while they change', () => {
    const headers = signedHeaders('msg', new Date(), body, [two, one]);
    for (const secret of [one, two]) expect(new Webhook(secret).verify(body, headers)).toEqual({ type: 'x' });
    const other = new Webhook(secrets.of('tenant', 'webhook', 3));
    expect(() => other.verify(body, headers)).toThrow('No matching signature');
  });

  it('fails for another body, id or time', () => {
    const headers = signedHeaders('msg', new Date(), body, [one]);
    const verify = (text: string, changed: object) => () =>
      new Webhook(one).verify(text, { ...headers, ...changed });
    expect(verify(`${body} `, {})).toThrow();
    expect(verify(body, { 'webhook-id': 'other' })).toThrow();
    const long = signedHeaders('msg', new Date(Date.now() - 600_000), body, [one]);
    expect(() => new Webhook(one).verify(body, long)).toThrow('too old');
  });

  it('is there in the way of skill-pool as well', () => {
    const headers = signedHeaders('msg', new Date(), body, [two, one]);
    const hex = createHmac('sha256', two).update(body).digest('hex');
    expect(headers['x-skill-pool-signature']).toBe(`sha256=${hex}`);
  });
});

describe('the secrets', () => {
  it('are each webhook’s own, of 256 bits, and the same every time', () => {
    const all = [one, two, secrets.of('tenant', 'other', 1), secrets.of('other', 'webhook', 1)];
    expect(new Set(all).size).toBe(4);
    for (const secret of all) expect(Buffer.from(secret.slice(6), 'base64')).toHaveLength(32);
    expect(secrets.of('tenant', 'webhook', 1)).toBe(one);
  });
});
