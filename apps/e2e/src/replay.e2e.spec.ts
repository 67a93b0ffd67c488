import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { createDraft, publishDraft } from '@loam/contracts/http/capturer';
import { changeReviewRule } from '@loam/contracts/http/draft-review';
import {
  decayCandidates,
  decayStandings,
  listSweeps,
  runSweep,
  setDecayPolicy,
} from '@loam/contracts/http/decay';
import { getReplayCheck, startReplayCheck, whoami } from '@loam/contracts/http/gateway';
import { archiveSkill, moveChannel } from '@loam/contracts/http/lifecycle';
import { claimNamespace, renameSkill } from '@loam/contracts/http/names';
import { activatePlan, importPlan } from '@loam/contracts/http/plans';
import { createProject, mapStack, putProjectItems } from '@loam/contracts/http/projects';
import { getSkillDetail } from '@loam/contracts/http/registry';
import { blockBundle } from '@loam/contracts/http/safety';
import { addWebhook } from '@loam/contracts/http/webhooks';
import { reportEvents } from '@loam/contracts/http/events';
import { setUsagePolicy } from '@loam/contracts/http/usage';
import { reportUsage } from '@loam/contracts/http/telemetry';
import { serviceNames, type ReplayCheck, type ServiceName } from '@loam/contracts/operations';
import type { Stack } from '@loam/stack';
import { eventually } from '@loam/testing';
import { Caller, newTenant } from './caller.fixtures';
import { ownStack } from './own-stack.fixtures';
import { chat, runSession } from './sessions.fixtures';
import { bundleOf, publish, skillMd } from './skills.fixtures';

/** How the check should report what was planted. */
interface Planted {
  readonly table: string;
  readonly key: unknown;
  readonly difference: string;
  readonly columns: readonly string[];
}

interface Column {
  readonly name: string;
  readonly type: string;
  readonly unique: boolean;
  readonly primary: boolean;
}

/** Another value of the same type, in SQL; undefined where the type has none that is simple to make. */
const otherValue = ({ name, type }: Column): string | undefined =>
  ({
    text: `${name} || '-planted'`,
    uuid: 'gen_random_uuid()',
    int4: `${name} + 1`,
    int8: `${name} + 1`,
    bool: `NOT ${name}`,
    date: `${name} + 1`,
    timestamptz: `${name} + interval '1 day'`,
  })[type];

/** Something of everything that may be told of the use of a skill. */
async function reportAll(admin: Caller): Promise<void> {
  const by = { project: 'a-project', session: 'a-session', user: 'somebody', trigger: 'user-slash' };
  const event = (type: string, data: object) => ({
    ...{ id: randomUUID(), type: `loam.${type}`, data: { skill: 'base', version: '1.0.0', ...by, ...data } },
  });
  const [one, other] = [randomUUID(), randomUUID()];
  const { results } = await admin.call(reportEvents, {
    body: [
      event('usage.activation', { tool_use_id: 'call-1', prompt_id: 'prompt-1' }),
      event('usage.activation', { tool_use_id: 'call-2', prompt_id: 'prompt-2' }),
      event('invocation.started', { invocation_id: one }),
      event('invocation.ended', { invocation_id: one, outcome: 'success', cost_usd: 0.1 }),
      event('invocation.started', { invocation_id: other }),
      event('invocation.rated', { invocation_id: other, rating: -1 }),
      event('outcome.reported', { skill: 'other', outcome: 'partial' }),
    ],
  });
  expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['recorded']));
}

/** Invocations of two versions, the later of which fails. */
async function reportRegression(admin: Caller): Promise<void> {
  const outcome = (version: string, said: string) => ({
    ...{ id: randomUUID(), type: 'loam.outcome.reported' },
    data: { skill: 'worse', version, outcome: said },
  });
  for (const version of ['1.0.0', '1.1.0']) await publish(admin, 'worse', { version });
  const body = Array.from({ length: 40 }, (_, index) =>
    index < 20 ? outcome('1.0.0', 'success') : outcome('1.1.0', 'failure'),
  );
  await admin.call(reportEvents, { body });
}

describe('the replay check of a running Loam', () => {
  let stack: Stack & { close(): Promise<void> };
  let operator: Caller;
  let database: Client;

  beforeAll(async () => {
    stack = await ownStack();
    operator = new Caller(stack.url, stack.token);
    const url = new URL(stack.parts.postgres?.current?.url ?? '');
    url.pathname = '/loam';
    database = new Client({ connectionString: url.toString() });
    await database.connect();
  }, 60_000);
  afterAll(async () => {
    await database.end();
    await stack.close();
  });

  const check = async (service: ServiceName): Promise<ReplayCheck> => {
    const { id } = await operator.call(startReplayCheck, { params: { service } });
    return eventually(async () => {
      const found = await operator.call(getReplayCheck, { params: { service, id } });
      expect(found).toMatchObject({ status: 'done', error: null });
      return found;
    }, 60_000);
  };

  /** Something in every table, at least two rows of it. */
  const fill = async (): Promise<void> => {
    const { admin } = await newTenant(operator);
    for (const path of ['one', 'other'])
      await admin.call(addWebhook, {
        body: { url: `https://1.1.1.1/${path}`, events: ['registry.skill-reviewed'] },
      });
    await publish(admin, 'base');
    await publish(admin, 'other');
    await publish(admin, 'top', { requires: ['base', 'other@^1.0.0'] });
    for (const channel of ['beta', 'stable'])
      await admin.call(moveChannel, { params: { slug: 'base', channel }, body: { version: '1.0.0' } });
    await publish(admin, 'killed');
    const { sha256 } = await admin.call(getSkillDetail, { params: { slug: 'killed' } });
    await admin.call(blockBundle, { params: { sha256 }, body: { reason: 'known to be bad' } });
    await publish(admin, 'old-name');
    await admin.call(renameSkill, { params: { slug: 'old-name' }, body: { to: 'new-name' } });
    const { token_id } = await admin.call(whoami);
    await admin.call(claimNamespace, { params: { prefix: 'mine' }, body: { owners: [token_id] } });
    await admin.call(createProject, { body: { slug: 'shop', name: 'Shop', stack_tags: [] } });
    await admin.text(putProjectItems, { params: { slug: 'shop' }, body: [{ slug: 'base' }] });
    const project = { params: { slug: 'web' } };
    await admin.call(createProject, { body: { slug: 'web', name: 'Web', stack_tags: ['rust'] } });
    await admin.text(putProjectItems, {
      ...project,
      body: [{ slug: 'base', version: '^1' }, { slug: 'top' }],
    });
    for (const body_md of ['# One', '# Two'])
      await admin.call(importPlan, { ...project, body: { source_type: 'file', body_md } });
    await admin.call(activatePlan, { ...project, body: { version: 1 } });
    await admin.call(mapStack, { body: { stack: 'rust', skill: 'base' } });
    const bundle = await bundleOf({ 'SKILL.md': skillMd({ name: 'drafted', description: 'A draft.' }) });
    await admin.call(changeReviewRule, { body: { second_person: true } });
    await admin.call(changeReviewRule, { body: { second_person: false } });
    for (const slug of ['drafted', 'kept']) {
      const draft = await admin.call(createDraft, { body: { slug }, bundle });
      if (slug === 'drafted')
        await admin.call(publishDraft, { params: { id: draft.id }, body: { version: '1.0.0' } });
    }
    await runSession(admin, 'a-talk', chat());
    await runSession(admin, 'another-talk', chat());
    await reportRegression(admin);
    await admin.call(setUsagePolicy, { body: { leastPeople: 3 } });
    for (const skill_id of ['base', 'other', 'worse'])
      await admin.call(reportUsage, { body: { skill_id, event: 'view', version: '1.0.0' } });
    await reportAll(admin);
    await publish(admin, 'gone');
    await admin.call(archiveSkill, { params: { slug: 'gone' } });
    await eventually(async () => {
      const unused = await admin.call(decayCandidates, { query: { max_uses: '100' } });
      expect(unused.map(({ slug }) => slug).sort()).toEqual(['drafted', 'killed', 'new-name', 'top']);
    });
    const unused = { unused: { days: 1, max_uses: 3 } };
    await admin.call(setDecayPolicy, {
      body: { policies: [{ kind: 'skill', rules: unused, exempt: { young_days: 0, required: false } }] },
    });
    await admin.call(runSweep, {});
    await eventually(async () => {
      const archived = await admin.call(decayStandings, { query: { state: 'archived' } });
      expect(archived.items.map(({ slug }) => slug)).toContain('gone');
      expect((await admin.call(listSweeps, { query: {} })).sweeps).toMatchObject([{ outcome: 'done' }]);
      const shown = await admin.call(getSkillDetail, { params: { slug: 'new-name' } });
      expect(shown.decay).toMatchObject({ rules: ['unused'] });
    });
  };

  const columnsOf = async (service: string, table: string): Promise<Column[]> => {
    const { rows } = await database.query<Column>(
      `SELECT a.attname AS name, t.typname AS type,
         EXISTS (SELECT FROM pg_index i WHERE i.indrelid = a.attrelid AND i.indisunique AND a.attnum = ANY (i.indkey)) AS unique,
         EXISTS (SELECT FROM pg_index i WHERE i.indrelid = a.attrelid AND i.indisprimary AND a.attnum = ANY (i.indkey)) AS primary
       FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
       WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum`,
      [`${service}.${table}`],
    );
    return rows;
  };

  /** Changes one row, removes one and adds one, and says how the check should report each. */
  const plant = async (service: string, table: string) => {
    const name = `${service}.${table}`;
    const columns = await columnsOf(service, table);
    const key = columns.filter(({ primary }) => primary).map((column) => column.name);
    const keyJson = `jsonb_build_object(${key.map((column) => `'${column}', ${column}`).join(', ')}) AS key`;
    const { rows } = await database.query<{ ctid: string }>(
      // The operator's own tenant is left alone, or nobody could ask for the check.
      `SELECT ctid::text FROM ${name}
       WHERE tenant_id <> (SELECT tenant_id FROM gateway.tenants WHERE slug = '${stack.tenant}')
       ORDER BY ${key.join(', ')} LIMIT 2`,
    );
    const [first, second] = rows;
    if (first === undefined || second === undefined) throw new Error(`${name} has fewer than two rows`);
    const values = columns.map((column) =>
      column.unique ? (otherValue(column) ?? column.name) : column.name,
    );
    const added = await database.query<{ key: unknown }>(
      `INSERT INTO ${name} SELECT ${values.join(', ')} FROM ${name} WHERE ctid = '${first.ctid}' RETURNING ${keyJson}`,
    );
    const removed = await database.query<{ key: unknown }>(
      `DELETE FROM ${name} WHERE ctid = '${second.ctid}' RETURNING ${keyJson}`,
    );
    const planted: Planted[] = [
      { table, key: added.rows[0]?.key, difference: 'unexpected', columns: [] },
      { table, key: removed.rows[0]?.key, difference: 'missing', columns: [] },
    ];
    const changed = columns.find((column) => !column.unique && otherValue(column) !== undefined);
    if (changed === undefined) return planted;
    const set = `${changed.name} = ${otherValue(changed) ?? ''}`;
    const updated = await database.query<{ key: unknown }>(
      `UPDATE ${name} SET ${set} WHERE ctid = '${first.ctid}' RETURNING ${keyJson}`,
    );
    return [
      ...planted,
      { table, key: updated.rows[0]?.key, difference: 'different', columns: [changed.name] },
    ];
  };

  it('finds nothing, and then every row of every table that was changed, removed or added, by its key', async () => {
    await fill();
    await fill();
    // The gateway last: without its rows a tenant cannot be told from the operator's.
    for (const service of [...serviceNames].reverse()) {
      const before = await eventually(async () => {
        const found = await check(service);
        expect(found).toMatchObject({ differing: 0, differences: [] });
        for (const { table, rows } of found.tables)
          expect({ table, enough: rows > 1 }).toEqual({ table, enough: true });
        return found;
      }, 120_000);
      const planted = [];
      for (const { table } of before.tables) planted.push(...(await plant(service, table)));
      const after = await check(service);
      expect(after.differences).toEqual(expect.arrayContaining(planted));
      expect({ service, differing: after.differing }).toEqual({ service, differing: planted.length });
    }
  }, 300_000);
});
