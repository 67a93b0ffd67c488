import { z } from 'zod';
import { slugSchema } from '@loam/contracts/skill';
import { isAllowList } from '@loam/outbound';

/** What the gateway reads besides what every service reads. */
export const gatewayEnvironment = z.object({
  LOAM_HOST: z.string().default('127.0.0.1').describe('the address to listen on'),
  LOAM_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65535)
    .default(8080)
    .describe('the port to listen on, 0 for any'),
  LOAM_DOMAIN: z
    .string()
    .optional()
    .describe('the domain whose subdomains name tenants, such as skills.example.com'),
  LOAM_BOOTSTRAP_TENANT: slugSchema.optional().describe('the slug of a tenant to create if it is missing'),
  LOAM_BOOTSTRAP_TOKEN: z
    .string()
    .optional()
    .describe('the operator token of that tenant, made by `createToken`'),
  LOAM_PSEUDONYM_KEY: z
    .string()
    .min(32)
    .describe(
      'the secret that pseudonyms of projects, sessions and people are made with, 32 characters at least',
    ),
  LOAM_HIVE_TENANTS: z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((slug) => slug.trim())
        .filter((slug) => slug !== ''),
    )
    .pipe(z.array(slugSchema))
    .describe('the tenants, separated by commas, that take reports without a token; none unless named'),
  LOAM_HIVE_CALLS_PER_MINUTE: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(60)
    .describe('how many calls of the hive are taken from one network per minute, 1 to 1000000'),
  LOAM_LIVE_LISTENERS: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(20)
    .describe('how many may listen at once to the use of a tenant at each gateway, 1 to 10000'),
  LOAM_FETCH_ALLOW: z
    .string()
    .refine(isAllowList)
    .default('')
    .describe('hosts, addresses and CIDR ranges that webhooks may lead to besides the public internet'),
  LOAM_WEBHOOK_TIMEOUT_MS: z.coerce
    .number()
    .int()
    .min(100)
    .max(25_000)
    .default(5000)
    .describe('how long a receiver of a webhook has to answer, in ms, 100 to 25000'),
  LOAM_WEBHOOK_DISABLE_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(2_592_000)
    .default(432_000)
    .describe('after how long without success a webhook is disabled, in seconds, 1 to 2592000'),
  LOAM_EVENTS_PER_SECOND: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000_000)
    .default(50_000)
    .describe('how many events of use a tenant may report per second at each gateway, 1 to 10000000'),
});
