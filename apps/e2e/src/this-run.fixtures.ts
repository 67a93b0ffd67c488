import { z } from 'zod';
import { Caller } from './caller.fixtures';

/** The Loam that global-setup.ts has started: its folder, its database as superuser, and its operator. */
const { url, token, home, postgres } = z
  .object({ url: z.url(), token: z.string(), home: z.string(), postgres: z.url() })
  .parse(JSON.parse(process.env['LOAM_TEST_STACK'] ?? '{}'));

const database = new URL(postgres);
database.pathname = '/loam';

export const thisRun = { url, home, adminUrl: database.toString(), operator: new Caller(url, token) };
