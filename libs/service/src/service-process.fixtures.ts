import { execFile, fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { z } from 'zod';
import { generateIdentityKeys } from '@loam/messaging';
import type { ServiceUrls } from '@loam/database';
import { eventually } from '@loam/testing';

const root = resolve(__dirname, '../../..');
const program = join(root, 'dist/libs/service/src/sample-service.fixtures.js');

/** Compiles what the processes run, as far as it has changed. */
export const build = async (): Promise<void> => {
  await promisify(execFile)(process.execPath, [join(root, 'tools/build.mjs')]);
};

const lineSchema = z.looseObject({ msg: z.string(), level: z.string() });
type Line = z.output<typeof lineSchema>;

/** A program of the sample service that runs, and what it has written. */
export class ServiceProcess {
  readonly lines: Line[] = [];
  stderr = '';
  readonly ended: Promise<unknown[][]>;
  readonly child: ChildProcess;

  constructor(environment: Record<string, string>, ...args: string[]) {
    const { PATH = '' } = process.env;
    this.child = fork(program, args, {
      cwd: root,
      env: { PATH, ...environment },
      silent: true,
      execArgv: [],
    });
    const { stdout, stderr } = this.child;
    if (stdout === null || stderr === null) throw new Error('the process has no output');
    // Not 'close', which never comes once the channel was closed from here.
    this.ended = Promise.all([once(this.child, 'exit'), once(stdout, 'close'), once(stderr, 'close')]);
    createInterface({ input: stdout }).on('line', (line) =>
      this.lines.push(lineSchema.parse(JSON.parse(line))),
    );
    stderr.on('data', (text: Buffer) => (this.stderr += text.toString()));
  }

  /** The line with this message, once it is written. */
  said(msg: string | RegExp): Promise<Line> {
    return eventually(() => {
      const found = this.lines.find((line) =>
        typeof msg === 'string' ? line.msg === msg : msg.test(line.msg),
      );
      if (found !== undefined) return found;
      throw new Error(`not said: ${String(msg)}; but ${JSON.stringify(this.lines)} ${this.stderr}`);
    });
  }

  /** What the health server answers, as soon as it does. */
  async health(path: string): Promise<{ status: number; text: string }> {
    const { healthPort } = await this.said('ready');
    const response = await fetch(`http://127.0.0.1:${String(healthPort)}${path}`);
    return { status: response.status, text: await response.text() };
  }

  /** Exit code, or signal, once the process has ended and all of its output was read. */
  async exit(): Promise<unknown> {
    const [[code, signal] = []] = await this.ended;
    return code ?? signal;
  }
}

export const gatewayKeys = generateIdentityKeys();

/** A complete environment for the sample service. */
export async function sampleEnvironment(servers: {
  readonly urls: ServiceUrls;
  readonly nats: string;
  readonly redis: string;
}): Promise<Record<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'loam-service-'));
  const own = generateIdentityKeys();
  const keysFile = join(folder, 'keys.json');
  await writeFile(keysFile, JSON.stringify({ gateway: gatewayKeys.publicKeyPem, decay: own.publicKeyPem }));
  return {
    DATABASE_URL: servers.urls.app,
    DATABASE_SYSTEM_URL: servers.urls.system,
    DATABASE_OWNER_URL: servers.urls.owner,
    NATS_URL: servers.nats,
    REDIS_URL: servers.redis,
    LOAM_IDENTITY_PRIVATE_KEY: own.privateKeyPem,
    LOAM_IDENTITY_KEYS_FILE: keysFile,
    LOAM_BLOBS_DIR: join(folder, 'blobs'),
    LOAM_SAMPLE_NOTE: 'hello',
  };
}
