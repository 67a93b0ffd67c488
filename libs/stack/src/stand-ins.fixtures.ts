import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serviceNames } from '@loam/contracts/operations';
import { removeStack } from './reset';
import { startStack, type Stack, type StackOptions } from './stack';

/**
 * Stands in for each of the five services: it checks that it was given what it needs, says that it is ready, and
 * answers on its health port with its environment. Told `LOAM_STAND_IN=fail` it ends instead.
 */
const program = `
const { createServer } = require('node:http');
const { readFileSync, appendFileSync } = require('node:fs');
if (process.argv[2] === 'migrate') {
  if (!process.env.DATABASE_OWNER_URL) throw new Error('no owner');
  appendFileSync(__dirname + '/migrations', 'migrated\\n');
} else {
  if (process.env.LOAM_STAND_IN === 'fail') throw new Error('told to fail');
  readFileSync(process.env.LOAM_IDENTITY_PRIVATE_KEY_FILE);
  process.on('SIGINT', () => process.exit(0));
  process.on('disconnect', () => process.exit(0));
  const health = createServer((_, response) => response.end(JSON.stringify(process.env)));
  health.listen(0, '127.0.0.1', () => process.send({ ready: true, healthPort: health.address().port }));
}
`;

/** A folder of programs that stand in for the services, and homes for stacks of them. */
export async function standIns() {
  const folder = await mkdtemp(join(tmpdir(), 'loam-stack-'));
  const distribution = join(folder, 'dist');
  for (const service of serviceNames) {
    await mkdir(join(distribution, 'apps', service, 'src'), { recursive: true });
    await writeFile(join(distribution, 'apps', service, 'src', 'main.js'), program);
  }
  const home = join(folder, 'home');
  await writeFile(join(distribution, '.stamp'), 'first build');
  return {
    home,
    distribution,
    start: (options: Partial<StackOptions> = {}): Promise<Stack> =>
      startStack({ home, distribution, gatewayPort: 0, environment: {}, tuning: 'throw-away', ...options }),
    migrationsOf: async (service: string): Promise<number> =>
      (await readFile(join(distribution, 'apps', service, 'src', 'migrations'), 'utf8')).split('\n').length -
      1,
    close: async (): Promise<void> => {
      await removeStack(home);
      await rm(folder, { recursive: true });
    },
  };
}
