import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { run } from './step.mjs';

/** A Ceph cluster of one monitor, one store in memory and the S3 gateway: small, on 127.0.0.1, and gone after use. */

const START_MS = 60_000;

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

const settings = ({ folder, fsid, monitor, gateway }) => `[global]
fsid = ${fsid}
mon_host = v2:127.0.0.1:${monitor}
public_addr = 127.0.0.1
keyring = ${folder}/keyring
run_dir = ${folder}
admin_socket = ${folder}/$name.$pid.asok
log_file = ${folder}/log/$name.log
mon_data = ${folder}/mon
osd_data = ${folder}/osd
rgw_data = ${folder}/rgw
osd_objectstore = memstore
memstore_device_bytes = ${2 ** 30}
osd_pool_default_size = 1
osd_pool_default_pg_num = 1
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
mon_allow_pool_size_one = true
# Half of the space of a shared disk may be in use already.
mon_data_avail_crit = 0
# The gateway makes its pools one after another, and each waits for a round of the monitor: 1 s by default.
paxos_propose_interval = 0.05
paxos_min_wait = 0.01
rgw_frontends = beast endpoint=127.0.0.1:${gateway}
`;

/** The end of each log, for whoever must find out why nothing answers. */
async function logs(folder) {
  const names = await readdir(`${folder}/log`);
  const texts = await Promise.all(names.map((name) => readFile(`${folder}/log/${name}`, 'utf8')));
  return names
    .map((name, index) => `── ${name}\n${texts[index].split('\n').slice(-15).join('\n')}`)
    .join('\n');
}

/**
 * Starts it with all its files in the folder, and makes a user and a bucket. Answers `{ env, stop }`: the variables
 * that tell the tests where it is, and what ends it. After a failure, or when the signal is given, nothing is left running.
 */
export async function startCeph(folder, signal) {
  const daemons = [];
  const stop = () =>
    Promise.all(
      daemons.map(async (daemon) => {
        if (daemon.exitCode !== null || daemon.signalCode !== null || daemon.pid === undefined) return;
        const ended = once(daemon, 'exit');
        // What it stores is in memory and of no use any more.
        daemon.kill('SIGKILL');
        await ended;
      }),
    );
  try {
    const env = await bringUp(folder, daemons, signal);
    return { env, stop };
  } catch (error) {
    await stop();
    if (!signal.aborted) console.log(await logs(folder));
    throw error;
  }
}

async function bringUp(folder, daemons, signal) {
  const [monitor, gateway] = [await freePort(), await freePort()];
  const fsid = randomUUID();
  for (const name of ['log', 'mon', 'osd', 'rgw']) await mkdir(join(folder, name));
  const conf = join(folder, 'ceph.conf');
  await writeFile(conf, settings({ folder, fsid, monitor, gateway }));

  const call = async (program, ...args) => {
    const { code, output } = await run(program, args, { cwd: folder, signal });
    if (code !== 0) throw new Error(`${program} ${args.join(' ')} failed:\n${output}`);
  };
  const launch = (program, ...args) => {
    signal.throwIfAborted();
    // In a group of its own, so that Ctrl-C ends the tests first and this after them.
    const options = { cwd: folder, stdio: 'ignore', detached: true };
    const daemon = spawn(program, ['--conf', conf, ...args, '-f'], options);
    daemon.on('error', () => {});
    daemons.push(daemon);
  };

  const key = (name, ...caps) => call('ceph-authtool', 'keyring', '--gen-key', '-n', name, ...caps);
  const everything = ['mon', 'osd'].flatMap((part) => ['--cap', part, 'allow *']);
  await call('ceph-authtool', '--create-keyring', 'keyring');
  for (const name of ['mon.', 'client.admin', 'osd.0']) await key(name, ...everything);
  await call('monmaptool', '--create', '--fsid', fsid, '--addv', 'a', `[v2:127.0.0.1:${monitor}]`, 'monmap');
  const newMonitor = ['--mkfs', '-i', 'a', '--monmap', 'monmap', '--keyring', 'keyring'];
  await call('ceph-mon', '--conf', conf, ...newMonitor);
  launch('ceph-mon', '-i', 'a');

  const store = randomUUID();
  await call('ceph', '--conf', conf, '--connect-timeout', '30', 'osd', 'new', store, '0');
  await call('ceph-osd', '--conf', conf, '-i', '0', '--mkfs', '--osd-uuid', store);
  launch('ceph-osd', '-i', '0');
  launch('radosgw', '-n', 'client.admin');

  const endpoint = `http://127.0.0.1:${gateway}`;
  await answers(endpoint, daemons, signal);
  const accessKeyId = randomBytes(10).toString('hex');
  const secretAccessKey = randomBytes(20).toString('hex');
  const keys = ['--access-key', accessKeyId, '--secret', secretAccessKey];
  await call('radosgw-admin', '--conf', conf, 'user', 'create', '--uid=test', '--display-name=test', ...keys);
  await makeBucket({ endpoint, credentials: { accessKeyId, secretAccessKey } });
  return {
    S3_ENDPOINT: endpoint,
    S3_BUCKET: 'loam',
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  };
}

async function answers(endpoint, daemons, signal) {
  const deadline = Date.now() + START_MS;
  while (!(await fetch(endpoint).catch(() => null))) {
    const ended = daemons.find(({ exitCode, signalCode, pid }) => exitCode ?? signalCode ?? !pid);
    if (ended) throw new Error(`${ended.spawnfile} has ended.`);
    if (Date.now() > deadline) throw new Error(`Ceph does not answer after ${START_MS / 1000} s.`);
    await delay(100, undefined, { signal });
  }
}

async function makeBucket(where) {
  // Loaded only now: the dependencies may have been installed by this run.
  const { S3 } = await import('@aws-sdk/client-s3');
  const client = new S3({ ...where, region: 'us-east-1', forcePathStyle: true });
  await client.createBucket({ Bucket: 'loam' });
  client.destroy();
}
