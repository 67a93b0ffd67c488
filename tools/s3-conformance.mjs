import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { startCeph } from './ceph.mjs';
import { ensureDependencies } from './ensure.mjs';
import { jest } from './jest.mjs';
import { run, step } from './step.mjs';

/**
 * Runs the tests of the S3 driver against a real S3 server, Ceph's gateway, which lives for this run only. Where its
 * programs are missing, root on Debian gets them installed; elsewhere the run is skipped, which in continuous
 * integration is a failure. Ends with one line `N passed, N failed`.
 */

const PROGRAMS = ['ceph', 'ceph-authtool', 'ceph-mon', 'ceph-osd', 'monmaptool', 'radosgw', 'radosgw-admin'];
const PACKAGES = ['ceph-common', 'ceph-mon', 'ceph-osd', 'radosgw'];

const onPath = (name) =>
  [...process.env.PATH.split(delimiter), '/usr/bin'].some((folder) => existsSync(join(folder, name)));
const missing = () => PROGRAMS.filter((name) => !onPath(name));

async function install() {
  process.env.DEBIAN_FRONTEND = 'noninteractive';
  // Another program may be installing too.
  const apt = (...args) => run('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=120', ...args]);
  const get = () => apt('install', '--yes', '--no-install-recommends', ...PACKAGES);
  let result = await get();
  if (result.code !== 0) {
    await apt('update');
    result = await get();
  }
  if (result.code !== 0) console.log(result.output);
}

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop.abort());

async function conformance() {
  const folder = await mkdtemp(join(tmpdir(), 'loam-ceph-'));
  let ceph;
  try {
    ceph = await step('Starting Ceph', () => startCeph(folder, stop.signal));
    Object.assign(process.env, ceph.env);
    return await jest(['s3'], { show: true, signal: stop.signal });
  } catch (error) {
    console.log(stop.signal.aborted ? 'Stopped' : error);
    return { passed: 0, failed: 1 };
  } finally {
    await ceph?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

await ensureDependencies();
if (missing().length > 0 && process.getuid?.() === 0 && onPath('apt-get'))
  await step(`Installing ${PACKAGES.join(', ')}`, install);

if (missing().length > 0) {
  console.log(`skipped: needs ${missing().join(', ')} (on Debian: apt-get install ${PACKAGES.join(' ')})`);
  if (process.env.CI) console.log('0 passed, 1 failed');
  process.exitCode = process.env.CI ? 1 : 0;
} else {
  const { passed, failed } = await conformance();
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}
