import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { z } from 'zod';
import { ConfigError, ConfigReader } from './config';
import { databaseConfig, identityConfig, logConfig, objectsConfig, serveConfig } from './environment';

const readAll = (given: Record<string, string>) => {
  const reader = new ConfigReader('registry', given);
  const log = reader.read(logConfig);
  const database = reader.read(databaseConfig);
  const serve = reader.read(serveConfig);
  reader.check();
  return { log: log(), database: database(), serve: serve() };
};
const readOne = <Schema extends z.ZodType>(schema: Schema, given: Record<string, string>): z.output<Schema> =>
  new ConfigReader('registry', given).read(schema)();

const good = {
  DATABASE_URL: 'postgres://app:pw@localhost/loam',
  DATABASE_SYSTEM_URL: 'postgres://system:pw@localhost/loam',
  NATS_URL: 'nats://127.0.0.1:4222',
  REDIS_URL: 'redis://127.0.0.1:6379',
};

const messageOf = (read: () => unknown): string => {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'nothing is wrong';
};

describe('the configuration of a service', () => {
  it('has a default for what need not be set', () => {
    const { log, database, serve } = readAll({ ...good, LOG_LEVEL: '' });
    expect(log.LOG_LEVEL).toBe('info');
    expect(database.LOAM_DATABASE_POOL).toBe(10);
    expect(serve).toMatchObject({ LOAM_HEALTH_PORT: 0, LOAM_SHUTDOWN_SECONDS: 12 });
  });

  it('names every wrong or missing variable in one message, with what it should be', () => {
    const { DATABASE_URL: _, ...rest } = good;
    const given = { ...rest, REDIS_URL: 'http://redis', LOAM_HEALTH_PORT: '70000', LOG_LEVEL: 'loud' };
    expect(messageOf(() => readAll(given))).toBe(
      [
        'registry cannot start with this environment:',
        '  LOG_LEVEL is wrong: it should be one of fatal, error, warn, info, debug, trace, silent',
        "  DATABASE_URL is missing: it should be the connection URL of the service's app role (postgres://…)",
        '  REDIS_URL is wrong: it should be the URL of the Redis server (redis://… or rediss://…)',
        '  LOAM_HEALTH_PORT is wrong: it should be the port for probes and metrics (0: any free one), 0 to 65535',
      ].join('\n'),
    );
  });

  it('never repeats a value, which may be a secret', () => {
    const given = { ...good, DATABASE_URL: 'mysql://app:hunter2@localhost', REDIS_URL: 'hunter3' };
    expect(messageOf(() => readAll(given))).not.toContain('hunter');
  });

  it('reads keys from files, one key of a service or two of them', () => {
    const folder = mkdtempSync(join(tmpdir(), 'loam-keys-'));
    const file = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const key = '-----BEGIN PRIVATE KEY-----\nAA\n-----END PRIVATE KEY-----\n';
    const keys = { gateway: '-----BEGIN PUBLIC KEY-----', decay: ['-----BEGIN A', '-----BEGIN B'] };
    const read = (given: Record<string, string>) => readOne(identityConfig, given);
    const keysFile = file('keys.json', JSON.stringify(keys));
    expect(
      read({ LOAM_IDENTITY_PRIVATE_KEY_FILE: file('key', key), LOAM_IDENTITY_KEYS_FILE: keysFile }),
    ).toEqual({
      privateKey: key,
      publicKeys: { gateway: [keys.gateway], decay: keys.decay },
    });
    expect(messageOf(() => read({ LOAM_IDENTITY_KEYS_FILE: keysFile }))).toMatch(
      /LOAM_IDENTITY_PRIVATE_KEY is missing: it should be the service's Ed25519 private key in PEM, or LOAM_IDENTITY_PRIVATE_KEY_FILE/,
    );
    expect(
      messageOf(() =>
        read({ LOAM_IDENTITY_PRIVATE_KEY: key, LOAM_IDENTITY_KEYS_FILE: file('bad', '{"gateway":1}') }),
      ),
    ).toMatch(/LOAM_IDENTITY_KEYS_FILE is wrong: .*; its content is not of that form/);
    expect(
      messageOf(() =>
        read({ LOAM_IDENTITY_PRIVATE_KEY_FILE: join(folder, 'gone'), LOAM_IDENTITY_KEYS_FILE: keysFile }),
      ),
    ).toMatch(/LOAM_IDENTITY_PRIVATE_KEY_FILE is wrong: .*ENOENT/);
  });

  it('keeps objects in a bucket, or else in a folder, and says which is missing', () => {
    expect(readOne(objectsConfig, { LOAM_BLOBS_DIR: '/data' })).toEqual({
      driver: 'filesystem',
      root: '/data',
    });
    expect(readOne(objectsConfig, { S3_BUCKET: 'loam', LOAM_BLOBS_DIR: '/data' })).toMatchObject({
      ...{ driver: 's3', bucket: 'loam', region: 'us-east-1', forcePathStyle: false },
    });
    expect(messageOf(() => readOne(objectsConfig, {}))).toMatch(/LOAM_BLOBS_DIR is missing/);
    const half = { S3_BUCKET: 'loam', S3_ACCESS_KEY_ID: 'hunter2' };
    expect(messageOf(() => readOne(objectsConfig, half))).toMatch(/S3_SECRET_ACCESS_KEY is missing/);
  });
});
