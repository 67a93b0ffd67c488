import { createHash, createHmac } from 'node:crypto';

/** As the SDK's providers give them. */
export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

interface Signing {
  /** Where the object is, without a query. */
  readonly url: URL;
  readonly region: string;
  readonly credentials: S3Credentials;
  readonly expiresSeconds: number;
  /** `response-content-type` and the like. */
  readonly query: Readonly<Record<string, string>>;
  readonly at: Date;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** RFC 3986, which is stricter than JavaScript. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/**
 * Signs addresses of objects by AWS Signature Version 4 in the query (the protocol's "Authenticating Requests: Using
 * Query Parameters"), as the SDK does, byte for byte. The key of a day is derived once.
 */
export class S3Signer {
  private derived: { readonly of: string; readonly key: Buffer } | undefined;

  sign({ url, region, credentials, expiresSeconds, query, at }: Signing): string {
    const time = at.toISOString().replace(/[:-]|\.\d{3}/g, '');
    const day = time.slice(0, 8);
    const scope = `${day}/${region}/s3/aws4_request`;
    const parameters = {
      ...query,
      'X-Amz-Algorithm': ALGORITHM,
      'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD',
      'X-Amz-Credential': `${credentials.accessKeyId}/${scope}`,
      'X-Amz-Date': time,
      'X-Amz-Expires': String(expiresSeconds),
      ...(credentials.sessionToken === undefined ? {} : { 'X-Amz-Security-Token': credentials.sessionToken }),
      'X-Amz-SignedHeaders': 'host',
      'x-id': 'GetObject',
    };
    const canonical = Object.entries(parameters)
      .map(([name, value]) => `${encode(name)}=${encode(value)}`)
      .sort()
      .join('&');
    const request = ['GET', url.pathname, canonical, `host:${url.host}\n`, 'host', 'UNSIGNED-PAYLOAD'].join(
      '\n',
    );
    const hashed = createHash('sha256').update(request).digest('hex');
    const toSign = [ALGORITHM, time, scope, hashed].join('\n');
    const signature = hmac(this.keyOf(credentials.secretAccessKey, day, region), toSign).toString('hex');
    return `${url.origin}${url.pathname}?${canonical}&X-Amz-Signature=${signature}`;
  }

  private keyOf(secret: string, day: string, region: string): Buffer {
    const of = `${day} ${region} ${secret}`;
    if (this.derived?.of !== of) {
      this.derived = { of, key: hmac(hmac(hmac(hmac(`AWS4${secret}`, day), region), 's3'), 'aws4_request') };
    }
    return this.derived.key;
  }
}
