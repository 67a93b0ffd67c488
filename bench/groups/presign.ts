import { createHmac } from 'node:crypto';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { S3Signer } from '@loam/blobs';
import type { Group, Role, Scenario } from '../scenario';
import { targets } from '../targets';

const REGION = 'us-east-1';
const ENDPOINT = 'http://127.0.0.1:9000';
const SECONDS = 300;
const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench-secret' };
/** As an operation takes microseconds only, so many of them are one. */
const TOGETHER = 100;

const keyOf = (number: number): string => `bundles/${number}.tar.gz`;

const scenario = (name: string, role: Role, sign: (number: number) => unknown): Scenario => ({
  ...{ name, role, clients: 1, openRate: 0, weight: TOGETHER },
  start: async () => ({
    processes: { bench: process.pid },
    open: async () => ({
      perform: async () => {
        for (let number = 0; number < TOGETHER; number += 1) await sign(number);
      },
      close: async () => undefined,
    }),
    check: async () => undefined,
    stop: async () => undefined,
  }),
});

/** Signing the address of an object, which is what a download of a large bundle costs. */
export const presign: Group = {
  ...{ name: 'presign', sizes: ['full'], minutes: 0.6 },
  prepare: async () => {
    const client = new S3Client({
      ...{ region: REGION, endpoint: ENDPOINT, forcePathStyle: true, credentials },
      ...{ requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED' },
    });
    const signer = new S3Signer();
    const bySigner = (number: number, at = new Date()): string =>
      signer.sign({
        ...{ url: new URL(`${ENDPOINT}/bench/${keyOf(number)}`), region: REGION, credentials, at },
        ...{ expiresSeconds: SECONDS, query: {} },
      });
    const bySdk = (number: number, at = new Date()): Promise<string> =>
      getSignedUrl(client, new GetObjectCommand({ Bucket: 'bench', Key: keyOf(number) }), {
        ...{ expiresIn: SECONDS, signingDate: at },
      });
    const now = new Date();
    const [ours, theirs] = [bySigner(1, now), await bySdk(1, now)].map((url) =>
      new URL(url).searchParams.get('X-Amz-Signature'),
    );
    if (ours !== theirs) throw new Error('the signatures differ');
    return {
      cases: [
        scenario('loam', 'ours', bySigner),
        scenario('the presigner of the SDK', 'reference', bySdk),
        scenario('one HMAC', 'limit', (number) =>
          createHmac('sha256', credentials.secretAccessKey).update(keyOf(number)).digest('hex'),
        ),
      ],
      ratios: [{ ...targets.presign, of: 'the presigner of the SDK', to: 'loam' }],
      close: async () => client.destroy(),
    };
  },
};
