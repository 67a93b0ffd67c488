import { execFile } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, launch, startGuard } from '@loam/embedded';
import { NotInstalled } from './scenario';

const configOf = (folder: string, port: number): string => `worker_processes 1;
daemon off;
pid ${folder}/pid;
events { worker_connections 1024; }
http {
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000000;
  open_file_cache max=10000;
  client_body_temp_path ${folder}/tmp; proxy_temp_path ${folder}/tmp; fastcgi_temp_path ${folder}/tmp;
  uwsgi_temp_path ${folder}/tmp; scgi_temp_path ${folder}/tmp;
  server { listen 127.0.0.1:${port}; root ${folder}/files; }
}
`;

/** Where files lie that {@link startNginx} serves. */
export const filesOf = (folder: string): string => join(folder, 'files');

/** nginx with one worker serves the files of a folder: about the least that sending them over HTTP can cost. */
export async function startNginx(folder: string) {
  const program = await promisify(execFile)('sh', ['-c', 'PATH=$PATH:/usr/sbin command -v nginx']).then(
    ({ stdout }) => stdout.trim(),
    () => {
      throw new NotInstalled('nginx is not installed (apt-get install nginx-light)');
    },
  );
  await mkdir(join(folder, 'tmp'), { recursive: true });
  await chmod(folder, 0o755);
  const port = await freePort();
  const config = join(folder, 'nginx.conf');
  await writeFile(config, configOf(folder, port));
  const url = `http://127.0.0.1:${port}`;
  const guard = await startGuard();
  const running = await launch({
    ...{ name: 'nginx', url, logFile: join(folder, 'log'), guard, command: program },
    args: ['-e', join(folder, 'log'), '-p', folder, '-c', config],
    answers: async () => (await fetch(url)).status > 0,
    readyWithinMs: 10_000,
  });
  return {
    ...{ url, pid: running.pid },
    stop: async () => {
      await running.stop();
      await guard.dismiss();
    },
  };
}
