import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { freePort, launch, startGuard } from '@loam/embedded';
import { installReferences } from './references';

/** Where the program is, once it is installed. */
const programOf = async (): Promise<string> =>
  join(await installReferences(), 'node_modules/verdaccio/bin/verdaccio');

// The vendor's default configuration, without the proxy to a public registry and with its advice for production:
// tokens that are signed rather than encrypted, no page, no log of requests. Reads ask for a token, as ours do.
const configOf = (folder: string): string => `storage: ${folder}/storage
auth:
  htpasswd:
    file: ${folder}/htpasswd
    max_users: 10
security:
  api:
    jwt:
      sign:
        expiresIn: 1d
web:
  enable: false
packages:
  '**':
    access: $authenticated
    publish: $authenticated
    unpublish: $authenticated
server:
  keepAliveTimeout: 60
max_body_size: 10mb
log:
  type: stdout
  format: json
  level: error
`;

export interface Verdaccio {
  readonly url: string;
  readonly token: string;
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

/** Starts Verdaccio on a folder, with a user. */
export async function startVerdaccio(folder: string): Promise<Verdaccio> {
  const program = await programOf();
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'config.yaml'), configOf(folder));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const guard = await startGuard();
  const running = await launch({
    ...{ name: 'verdaccio', url, logFile: join(folder, 'log'), guard },
    ...{ command: process.execPath, readyWithinMs: 30_000 },
    args: [program, '--config', join(folder, 'config.yaml'), '--listen', `127.0.0.1:${port}`],
    environment: { PATH: process.env['PATH'] ?? '', HOME: folder, NODE_ENV: 'production' },
    answers: async () => (await fetch(`${url}/-/ping`)).ok,
  });
  return {
    ...{ url, pid: running.pid, token: await logIn(url) },
    stop: async () => {
      await running.stop();
      await guard.dismiss();
    },
  };
}

async function logIn(url: string): Promise<string> {
  const user = { name: 'bench', password: 'bench-password' };
  const response = await fetch(`${url}/-/user/org.couchdb.user:${user.name}`, {
    method: 'PUT',
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(`${user.name}:${user.password}`).toString('base64')}`,
    },
    body: JSON.stringify(user),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`Verdaccio let nobody in: ${response.status} ${answer}`);
  return z.object({ token: z.string() }).parse(JSON.parse(answer)).token;
}
