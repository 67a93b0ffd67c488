import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chown, mkdtemp, rmdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isOutage } from '@loam/database';
import { testTelemetry, use } from '../telemetry.fixtures';

const run = promisify(execFile);

/** Only the superuser of the machine can mount a volume that is small enough to fill. */
const mayMount = process.getuid?.() === 0 ? it : it.skip;

jest.setTimeout(60_000);

mayMount(
  'ING-16 a full disk fails a batch whole, as an outage, and room alone lets the next one in',
  async () => {
    const volume = await mkdtemp(join(tmpdir(), 'loam-volume-'));
    await run('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=0777', 'tmpfs', volume]);
    const telemetry = await testTelemetry();
    const name = `small_${randomUUID().replaceAll('-', '')}`;
    const sql = (text: string) => telemetry.server.asSuperuser(text);
    try {
      const [server] = await telemetry.server.asSuperuser<{ folder: string }>(
        "SELECT current_setting('data_directory') AS folder",
      );
      const { uid, gid } = await stat(server?.folder ?? '');
      await chown(volume, uid, gid);
      await sql(`CREATE TABLESPACE ${name} LOCATION '${volume}'`);
      await sql(`ALTER TABLE telemetry.usage_ids SET TABLESPACE ${name}`);
      const tenant = randomUUID();
      const batch = () => Array.from({ length: 500 }, () => use(tenant));
      let [recorded, failure]: [number, unknown] = [0, undefined];
      while (failure === undefined)
        await telemetry.recorder.record(batch()).then(
          (results) => (recorded += results.length),
          (error: unknown) => (failure = error),
        );
      expect(isOutage(failure)).toBe(true);
      const kept = async () => {
        const tx =
          'SELECT (SELECT count(*) FROM usage_facts)::int AS facts, (SELECT sum(downloads) FROM usage_days)::int AS uses';
        return telemetry.database.tenant(tenant, (each) => each.query<unknown[]>(tx));
      };
      expect(await kept()).toEqual([{ facts: recorded, uses: recorded }]);
      await run('mount', ['-o', 'remount,size=64m', volume]);
      await telemetry.recorder.record(batch());
      expect(await kept()).toEqual([{ facts: recorded + 500, uses: recorded + 500 }]);
    } finally {
      await sql('ALTER TABLE telemetry.usage_ids SET TABLESPACE pg_default');
      await sql(`DROP TABLESPACE IF EXISTS ${name}`);
      await telemetry.server.close();
      await run('umount', [volume]);
      await rmdir(volume);
    }
  },
);
