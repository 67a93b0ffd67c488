import { join } from 'node:path';
import { removeLoam, startLoam } from '../loam';
import type { Group, Role, Scenario } from '../scenario';
import { targets } from '../targets';

/** Facts of one month. */
const ROWS = 300_000;
const MONTH = 'telemetry.usage_facts_2100_01';

const MAKE = [
  `CREATE TABLE IF NOT EXISTS ${MONTH} PARTITION OF telemetry.usage_facts FOR VALUES FROM ('2100-01-01Z') TO ('2100-02-01Z')`,
];
const FILL = [
  ...MAKE,
  `INSERT INTO telemetry.usage_facts (tenant_id, event_id, at, received_at, kind, slug, version, event)
   SELECT (SELECT tenant_id FROM gateway.tenants), gen_random_uuid(), at, at, 'skill', 'item-' || n % 1000, '1.0.0', 'view'
   FROM generate_series(1, ${ROWS}) AS n, LATERAL (SELECT '2100-01-01Z'::timestamptz + n * interval '8 seconds' AS at) AS a`,
  'CHECKPOINT',
];

/** One month of facts goes, again and again; that it comes is not measured. */
const monthCase = (
  folder: string,
  name: string,
  role: Role,
  before: readonly string[],
  statements: readonly string[],
): Scenario => ({
  ...{ name, role, clients: 1, openRate: 0 },
  start: async () => {
    const home = join(folder, 'loam');
    const { admin, processes, stop } = await startLoam(home, { profile: false });
    const run = async (all: readonly string[]): Promise<void> => {
      for (const one of all) await admin.query(one);
    };
    return {
      processes: { postgres: processes['postgres'] ?? 0 },
      open: async () => ({
        prepare: () => run(before),
        perform: () => run(statements),
        close: async () => undefined,
      }),
      check: async () => {
        const { rows } = await admin.query('SELECT 1 FROM telemetry.usage_facts LIMIT 1');
        if (rows.length > 0) throw new Error('some facts are still there');
      },
      stop: async () => {
        await stop();
        await removeLoam(home);
      },
    };
  },
});

/** How long a month of facts takes to go. */
export const dropMonth: Group = {
  ...{ name: 'drop-month', sizes: ['full'], minutes: 1.5 },
  prepare: async ({ folder }) => ({
    cases: [
      monthCase(folder, 'drop the partition', 'ours', FILL, [`DROP TABLE ${MONTH}`]),
      monthCase(folder, 'delete and vacuum', 'reference', FILL, [`DELETE FROM ${MONTH}`, `VACUUM ${MONTH}`]),
      monthCase(folder, 'drop an empty partition', 'limit', MAKE, [`DROP TABLE ${MONTH}`]),
    ],
    ratios: [
      { ...targets.dropMonth, of: 'delete and vacuum', to: 'drop the partition' },
      { ...targets.dropGrowth, of: 'drop the partition', to: 'drop an empty partition' },
    ],
    close: async () => undefined,
  }),
};
