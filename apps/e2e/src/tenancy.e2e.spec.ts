import { Client } from 'pg';
import type { RouteDefinition } from '@loam/contracts/define';
import { listCaptureSessions, reportCaptures, uploadTranscript } from '@loam/contracts/http/capture';
import { createDraft, getDraft, listDrafts } from '@loam/contracts/http/capturer';
import { issueToken, listTokens, revokeToken, whoami } from '@loam/contracts/http/gateway';
import { bootstrap } from '@loam/contracts/http/bootstrap';
import { importPlan } from '@loam/contracts/http/plans';
import { createProject, mapStack, resolveProject } from '@loam/contracts/http/projects';
import { claimNamespace } from '@loam/contracts/http/names';
import { getSkillDetail, listSkills, publishSkill } from '@loam/contracts/http/registry';
import { routes } from '@loam/contracts/http/routes';
import { addWebhook } from '@loam/contracts/http/webhooks';
import { reportUsage, topSkills, usageTimeline } from '@loam/contracts/http/telemetry';
import type { Problem } from '@loam/contracts/problems';
import { scopeSchema, type Scope } from '@loam/contracts/scopes';
import { createToken } from '@loam/kernel';
import { Caller, newTenant, type Given, type Tenant } from './caller.fixtures';
import { capture } from './sessions.fixtures';
import { bundleOf, publish, skillMd } from './skills.fixtures';
import { thisRun } from './this-run.fixtures';
import { validBodies, validParams, validQueries } from './valid-bodies.fixtures';

const guarded = routes.flatMap((route) =>
  route.scope === null ? [] : [{ at: `${route.method} ${route.path}`, route, scope: route.scope }],
);
const ofTenants = guarded.filter(({ scope }) => scope !== 'platform:admin');
/** In every text that belongs to the tenant whose things others ask for. */
const SECRET = 'heirloom';
const REMOTE = `https://git.example.org/${SECRET}`;

let alpha: Tenant;
let beta: Tenant;
let alphas: {
  readonly slug: string;
  readonly draft: string;
  readonly token: string;
  readonly session: string;
  readonly webhook: string;
};

const everything = scopeSchema.options.filter((scope) => scope !== 'platform:admin');
const issue = (caller: Caller, scopes: readonly Scope[]) =>
  caller.call(issueToken, { body: { label: `${SECRET} token`, scopes } });

beforeAll(async () => {
  [alpha, beta] = await Promise.all([newTenant(thisRun.operator), newTenant(thisRun.operator)]);
  const slug = `${SECRET}-tomatoes`;
  await publish(alpha.admin, slug);
  const bundle = await bundleOf({ 'SKILL.md': skillMd({ name: SECRET, description: `A ${SECRET} draft.` }) });
  const draft = await alpha.admin.call(createDraft, { body: { slug: `${SECRET}-draft` }, bundle });
  const token = await issue(alpha.admin, ['skills:read']);
  await alpha.admin.call(reportCaptures, {
    body: [
      capture('session-started', SECRET, { client: SECRET }),
      capture('marker', SECRET, { text: SECRET }),
    ],
  });
  const [session] = await alpha.admin.call(listCaptureSessions);
  const webhook = await alpha.admin.call(addWebhook, { body: { url: `http://127.0.0.1:9/${SECRET}` } });
  alphas = { slug, draft: draft.id, token: token.id, session: session?.id ?? '', webhook: webhook.id };
  await alpha.admin.call(reportUsage, { body: { skill_id: slug, event: 'download' } });
  await alpha.admin.call(createProject, { body: { slug, name: SECRET, git_remote: REMOTE } });
  await alpha.admin.call(importPlan, {
    params: { slug },
    body: { source_type: 'file', body_md: `# ${SECRET}` },
  });
  await alpha.admin.call(mapStack, { body: { stack: 'gardening', skill: slug } });
});

/** The same for all occurrences of a problem. */
const withoutTrace = ({ traceId: _, ...problem }: Problem): Omit<Problem, 'traceId'> => problem;

const params = validParams;

describe('a token that is not valid', () => {
  const callers: { readonly name: string; readonly caller: Caller }[] = [];
  const add = (name: string, token?: string): void => {
    callers.push({ name, caller: new Caller(thisRun.url, token) });
  };

  beforeAll(async () => {
    const { raw_token: valid } = await issue(alpha.admin, everything);
    const unknown = createToken().token;
    add('no token');
    add('no token of ours', 'spk_0123456789');
    add('a mistyped token', `${valid.slice(0, -1)}${valid.endsWith('0') ? '1' : '0'}`);
    add('a token that nobody issued', unknown);
    // The id of one with the secret of the other, whose checksum is right.
    add('a valid id with a wrong secret', valid.slice(0, 21) + unknown.slice(21));
    const revoked = await issue(alpha.admin, everything);
    await alpha.admin.call(revokeToken, { params: { id: revoked.id } });
    add('a revoked token', revoked.raw_token);
    const expired = await issue(alpha.admin, everything);
    await letExpire(expired.id);
    add('an expired token', expired.raw_token);
  });

  it.each(guarded)('is refused by $at, whatever is wrong with it', async ({ route }) => {
    const answers = await Promise.all(
      callers.map(async ({ name, caller }) => ({ name, problem: await caller.refused(route, { params }) })),
    );
    expect(answers).toHaveLength(7);
    for (const { name, problem } of answers)
      expect({ name, problem: withoutTrace(problem) }).toEqual({
        ...{ name, problem: expect.objectContaining({ status: 401, code: 'unauthenticated' }) },
      });
    // One answer for all, which tells nothing.
    expect(new Set(answers.map(({ problem }) => problem.detail)).size).toBe(1);
  });
});

/** A day passes for this token, in the log and in the table that follows from it. */
async function letExpire(tokenId: string): Promise<void> {
  const client = new Client({ connectionString: thisRun.adminUrl });
  await client.connect();
  try {
    await client.query('BEGIN');
    const past = '2026-01-01T00:00:00.000Z';
    const log = `UPDATE gateway.events SET data = data || jsonb_build_object('expiresAt', $2::text)
      WHERE type = 'gateway.token-issued' AND data ->> 'tokenId' = $1`;
    expect((await client.query(log, [tokenId, past])).rowCount).toBe(1);
    await client.query('UPDATE gateway.tokens SET expires_at = $2 WHERE id = $1', [tokenId, past]);
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
}

describe('a valid token', () => {
  it.each(guarded)('without the scope is forbidden $at', async ({ route, scope }) => {
    const others = everything.filter((each) => each !== scope);
    const caller = new Caller(thisRun.url, (await issue(alpha.admin, others)).raw_token);
    expect(await caller.refused(route, { params })).toMatchObject({ status: 403, code: 'forbidden' });
  });

  it.each(guarded)(
    'is refused by $at for a tenant that is not its own, existing or not',
    async ({ route }) => {
      const problems = await Promise.all(
        ['x-loam-tenant', 'x-skill-pool-tenant'].flatMap((header) =>
          [beta.slug, 'no-such-tenant'].map((slug) =>
            alpha.admin.refused(route, { params, headers: { [header]: slug } }),
          ),
        ),
      );
      expect(problems).toHaveLength(4);
      expect(problems[0]).toMatchObject({ status: 401, code: 'unauthenticated' });
      expect(new Set(problems.map((problem) => JSON.stringify(withoutTrace(problem)))).size).toBe(1);
    },
  );

  it('may name its own tenant, as long as all that name one agree', async () => {
    const own = { 'x-loam-tenant': alpha.slug, 'x-skill-pool-tenant': alpha.slug };
    expect(await alpha.admin.call(whoami, { headers: own })).toMatchObject({ tenant: alpha.slug });
    const mixed = { ...own, 'x-skill-pool-tenant': beta.slug };
    expect(await alpha.admin.refused(whoami, { headers: mixed })).toMatchObject({ status: 401 });
  });

  it('cannot grant what it may not do itself', async () => {
    const reader = await issue(alpha.admin, ['skills:read', 'tenant:admin']);
    const caller = new Caller(thisRun.url, reader.raw_token);
    for (const scope of ['skills:publish', 'platform:admin', '*'])
      expect(
        await caller.refused(issueToken, { body: { label: 'more', scopes: ['skills:read', scope] } }),
      ).toMatchObject({ status: 403, code: 'scope-not-grantable' });
  });

  it('is refused within a second after it was revoked, although it is in use', async () => {
    const { id, raw_token } = await issue(alpha.admin, ['skills:read']);
    const caller = new Caller(thisRun.url, raw_token);
    await caller.call(whoami);
    await alpha.admin.call(revokeToken, { params: { id } });
    const revokedAt = performance.now();
    for (;;) {
      const askedAt = performance.now();
      const { status } = await caller.send(whoami);
      if (status === 401) break;
      expect(askedAt - revokedAt).toBeLessThan(1000);
    }
  });
});

describe('what another tenant has', () => {
  const idOf = ({ tag }: RouteDefinition): string =>
    ({
      Capture: alphas.session,
      Drafts: alphas.draft,
      Invocations: alphas.draft,
      Webhooks: alphas.webhook,
    })[tag] ?? alphas.token;
  const unknownIdOf = ({ tag }: RouteDefinition): string =>
    ['Capture', 'Drafts', 'Invocations', 'Webhooks'].includes(tag) ? (params['id'] ?? '') : createToken().id;
  const body = ({ id }: RouteDefinition): Pick<Given, 'body'> =>
    id in validBodies ? { body: validBodies[id] } : {};

  // To claim a prefix makes one, whatever others have; so does a transcript.
  const ofThings = ofTenants.filter(
    ({ route }) => route.path.includes('{') && ![claimNamespace.id, uploadTranscript.id].includes(route.id),
  );
  it.each(ofThings)('is answered by $at as if it did not exist', async ({ route }) => {
    const ask = async (slug: string, id: string): Promise<string> => {
      const given = {
        params: { ...params, slug, id },
        query: validQueries[route.id] ?? {},
        ...body(route),
      };
      const problem = await beta.admin.refused(route, given);
      expect(problem.status).toBe(404);
      return JSON.stringify(withoutTrace(problem)).replaceAll(slug, 'SLUG').replaceAll(id, 'ID');
    };
    expect(await ask(alphas.slug, idOf(route))).toBe(await ask('nowhere-at-all', unknownIdOf(route)));
  });

  const plain = ofTenants.filter(({ route }) => route.method === 'GET' && !route.path.includes('{'));
  it.each(plain.filter(({ route }) => route.id !== resolveProject.id))(
    'is in no answer of $at',
    async ({ route }) => {
      const text = await beta.admin.text(route, { query: validQueries[route.id] ?? {} });
      expect(text).not.toContain(SECRET);
      expect(text).not.toContain(alpha.slug);
    },
  );

  it('is there for its own tenant all the same', async () => {
    const { admin } = alpha;
    for (const route of [listSkills, listDrafts, listTokens, topSkills, listCaptureSessions])
      expect(await admin.text(route)).toContain(SECRET);
    const timeline = await admin.call(usageTimeline, { query: { days: '2' } });
    expect(timeline.reduce((sum, { downloads }) => sum + downloads, 0)).toBeGreaterThan(0);
    expect(await admin.call(getDraft, { params: { id: alphas.draft } })).toMatchObject({ status: 'pending' });
  });

  it('is no project of others, neither by its remote nor to be installed', async () => {
    const query = { remote: REMOTE };
    expect(await alpha.admin.call(resolveProject, { query })).toMatchObject({ slug: alphas.slug });
    expect(await beta.admin.refused(resolveProject, { query })).toMatchObject({ code: 'project-not-found' });
    const asked = { query: { stack: 'gardening', project: alphas.slug } };
    expect((await alpha.admin.call(bootstrap, asked)).skills).toHaveLength(1);
    expect(await beta.admin.call(bootstrap, asked)).toMatchObject({ skills: [], project: null });
  });

  it('cannot be reported as used', async () => {
    const report = { body: { skill_id: alphas.slug, event: 'download' } };
    expect(await beta.admin.refused(reportUsage, report)).toMatchObject({ code: 'skill-not-found' });
  });

  it('stays as it is when a skill of the same name is published', async () => {
    const given = { params: { slug: alphas.slug } };
    const before = await alpha.admin.call(getSkillDetail, given);
    const { admin } = await newTenant(thisRun.operator);
    const bundle = await bundleOf({ 'SKILL.md': skillMd({ name: 'other', description: 'Quite another.' }) });
    await admin.call(publishSkill, { body: { slug: alphas.slug, version: '1.0.0' }, bundle });
    expect((await admin.call(getSkillDetail, given)).sha256).not.toBe(before.sha256);
    expect(await alpha.admin.call(getSkillDetail, given)).toEqual(before);
  });
});
