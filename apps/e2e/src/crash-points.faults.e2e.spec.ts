import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { listCaptureSessions } from '@loam/contracts/http/capture';
import { createDraft, getDraft, listDrafts, publishDraft } from '@loam/contracts/http/capturer';
import { editDraft } from '@loam/contracts/http/draft-review';
import type { ServiceName } from '@loam/contracts/operations';
import { explainDecay, listSweeps, runSweep } from '@loam/contracts/http/decay';
import { reportUsage } from '@loam/contracts/http/telemetry';
import { crashPoints, type CrashPoint } from '@loam/kernel';
import { eventually } from '@loam/testing';
import { openHouse, type House } from './house.fixtures';
import { chat, recovery, runSession } from './sessions.fixtures';
import { bundleOf, publish, skillMd } from './skills.fixtures';
import {
  expectAbsent,
  expectAgreement,
  expectCandidate,
  expectHeardOnce,
  expectUses,
  expectWhole,
} from './traces.fixtures';

jest.setTimeout(120_000);

let house: House;

beforeAll(async () => {
  house = await openHouse();
});

afterAll(() => house.close());

/** Starts these services so that they die at the point, asks, sees them die there, and starts them as they were. */
async function crash(
  point: CrashPoint,
  services: readonly ServiceName[],
  ask: () => Promise<unknown>,
): Promise<void> {
  const { stack } = house;
  await Promise.all(services.map((service) => stack.restart(service, { LOAM_CRASH_AT: point })));
  const deaths = Promise.all(services.map((service) => stack.services[service].died()));
  // Whoever asked may wait long for no answer; what came of it is looked for instead.
  void ask().catch(() => undefined);
  expect(new Set(await deaths)).toEqual(new Set(['signal SIGKILL']));
  await Promise.all(services.map((service) => stack.restart(service)));
}

/** What is true of a published skill in the end, wherever something died on the way. */
async function expectPublished(slug: string): Promise<void> {
  await expectHeardOnce(house, slug);
  await expectCandidate(house, slug, 0);
  await expectWhole(house, slug);
  await expectUses(house, slug, 1);
  await expectCandidate(house, slug, 'in use');
}

const slugOf = (point: CrashPoint): string => `died-at-${point.replace('.', '-')}`;

const draftOf = async (slug: string) => ({
  body: { slug, origin: 'cli', notes: null, tags: [] },
  bundle: await bundleOf({ 'SKILL.md': skillMd({ name: slug, description: `About ${slug}.` }) }),
});

/** A publication that is asked for again after the crash, as its client would. */
const publishing =
  (services: readonly ServiceName[], found: 'absent' | 'there') =>
  async (point: CrashPoint): Promise<void> => {
    const slug = slugOf(point);
    await crash(point, services, () => publish(house.operator, slug));
    if (found === 'absent') await expectAbsent(house, slug);
    else await expectHeardOnce(house, slug);
    await publish(house.operator, slug);
    await expectPublished(slug);
  };

/** A publication of a draft that is carried through by nobody but the service itself. */
const promoting = async (point: CrashPoint): Promise<void> => {
  const { operator } = house;
  const slug = slugOf(point);
  const { id } = await operator.call(createDraft, await draftOf(slug));
  const again = { params: { id }, body: { version: '1.0.0' } };
  await crash(point, ['capturer'], () => operator.call(publishDraft, again));
  await eventually(async () => {
    const published = { status: 'published', published_version: '1.0.0' };
    expect(await operator.call(getDraft, { params: { id } })).toMatchObject(published);
    const owed = await house.rows('SELECT * FROM capturer.job_intents WHERE completed_at IS NULL');
    expect(owed).toEqual([]);
  }, 30_000);
  await expectPublished(slug);
  expect(await operator.call(publishDraft, again)).toMatchObject({ draft_id: id, slug, version: '1.0.0' });
  await expectWhole(house, slug);
};

/** A draft that is handed in again after the crash. */
const handingIn = async (point: CrashPoint): Promise<void> => {
  const { operator } = house;
  const slug = slugOf(point);
  const draft = await draftOf(slug);
  const mine = async () => (await operator.call(listDrafts)).filter((each) => each.slug === slug);
  await crash(point, ['capturer'], () => operator.call(createDraft, draft));
  expect(await mine()).toEqual([]);
  const { id } = await operator.call(createDraft, draft);
  expect(await mine()).toMatchObject([{ id, status: 'pending' }]);
  await operator.call(publishDraft, { params: { id }, body: { version: '1.0.0' } });
  await expectPublished(slug);
};

/** A session whose judgement goes on by itself after the crash; what its client was not answered for it sends again. */
const judging = async (point: CrashPoint): Promise<void> => {
  const { operator } = house;
  const session = slugOf(point);
  const run = () => runSession(operator, session, chat());
  await crash(point, ['capturer'], run);
  await eventually(run);
  await eventually(async () => {
    const [found] = await operator.call(listCaptureSessions, { query: { session } });
    expect(found).toMatchObject({ status: 'dismissed', score: 0, captures: 2 });
    const owed = await house.rows('SELECT * FROM capturer.job_intents WHERE completed_at IS NULL');
    expect(owed).toEqual([]);
  }, 30_000);
};

/** An edit that is asked for again after the crash. */
const editing = async (point: CrashPoint): Promise<void> => {
  const { operator } = house;
  const slug = slugOf(point);
  const { id } = await operator.call(createDraft, await draftOf(slug));
  const edit = { params: { id }, body: { description: 'Edited after all.' }, headers: { 'if-match': '"0"' } };
  await crash(point, ['capturer'], () => operator.call(editDraft, edit));
  expect(await operator.call(getDraft, { params: { id } })).toMatchObject({ revision: 0, edited: false });
  expect(await operator.call(editDraft, edit)).toMatchObject({ revision: 1, edited: true });
  await operator.call(publishDraft, { params: { id }, body: { version: '1.0.0' } });
  await expectPublished(slug);
};

/** A sweep that goes on when its process is there again, and is over once. */
const sweeping = async (point: CrashPoint): Promise<void> => {
  const { operator } = house;
  const slug = slugOf(point);
  await publish(operator, slug);
  await operator.call(reportUsage, { body: { skill_id: slug, event: 'view', version: '1.0.0' } });
  const sweeps = async () => (await operator.call(listSweeps, { query: {} })).sweeps;
  await eventually(async () => {
    expect(await operator.call(explainDecay, { params: { slug } })).toMatchObject({ standing: { uses: 1 } });
  }, 30_000);
  await crash(point, ['decay'], () => operator.call(runSweep, {}));
  await eventually(async () => {
    expect((await sweeps()).filter(({ outcome }) => outcome === 'done')).not.toEqual([]);
    const owed = await house.rows('SELECT * FROM decay.job_intents WHERE completed_at IS NULL');
    expect(owed).toEqual([]);
  }, 60_000);
  const ids = (await sweeps()).map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
};

/** A session that gives a draft, whatever dies on the way: one, and with no help of anybody. */
const drafting = async (point: CrashPoint): Promise<void> => {
  const { operator } = house;
  const session = slugOf(point);
  await crash(point, ['capturer'], () =>
    runSession(operator, session, recovery(`npm test -- ${session}`, `npm run migrate:${session}`)),
  );
  await eventually(async () => {
    const [found] = await operator.call(listCaptureSessions, { query: { session } });
    expect(found).toMatchObject({ status: 'drafted' });
    const drafts = await house.rows('SELECT * FROM capturer.drafts WHERE session_id = $1', [found?.id]);
    expect(drafts).toMatchObject([{ id: found?.draft_id, status: 'pending' }]);
  }, 30_000);
};

const cases: Readonly<Record<CrashPoint, (point: CrashPoint) => Promise<void>>> = {
  'upload.staged': publishing(['gateway'], 'absent'),
  'publish.read': publishing(['registry'], 'absent'),
  'publish.stored': publishing(['registry'], 'absent'),
  'append.before-commit': publishing(['registry'], 'absent'),
  'append.committed': publishing(['registry'], 'there'),
  'publish.unstaged': publishing(['registry'], 'there'),
  'relay.published': publishing(['registry'], 'there'),
  'relay.checkpointed': publishing(['registry'], 'there'),
  'consume.before-commit': publishing(['telemetry', 'decay'], 'there'),
  'consume.committed': publishing(['telemetry', 'decay'], 'there'),
  'transcript.stored': judging,
  'session.redacted': judging,
  'session.scored': judging,
  'lesson.kept': drafting,
  'draft.composed': drafting,
  'draft.handed-in': drafting,
  'draft.stored': handingIn,
  'draft.rewritten': editing,
  'promotion.rewritten': promoting,
  'promotion.staged': promoting,
  'promotion.answered': promoting,
  'sweep.batch': sweeping,
  'job.done': promoting,
};

describe('a kill -9 between any two steps of a publication', () => {
  it.each(crashPoints)(
    'PUB-02, PUB-03, EVT-03, EVT-07 at %s leaves all or nothing, and one effect',
    async (point) => {
      await cases[point](point);
    },
  );

  it('leaves every table as its log says, and every publication known once elsewhere', async () => {
    await expectAgreement(house);
  });
});

describe('what a publication that died left in the object store', () => {
  const objects = async (): Promise<string[]> => {
    const entries = await readdir(join(house.home, 'objects'), { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(house.home.length + '/objects/'.length));
  };
  const uploads = async () => (await objects()).filter((name) => name.startsWith('staging/'));
  const bundles = async () => (await objects()).filter((name) => name.startsWith('registry/bundles/'));

  it('PUB-02 is swept after a while, and no published bundle with it', async () => {
    await crash('publish.stored', ['registry'], () => publish(house.operator, 'given-up'));
    expect(await uploads()).not.toEqual([]);
    const published = await house.rows<{ sha256: string }>(
      'SELECT DISTINCT sha256 FROM registry.skill_versions',
    );
    const kept = published.map(({ sha256 }) => `registry/bundles/@${sha256}`).sort();
    expect(await bundles()).toHaveLength(kept.length + 1);
    await house.stack.restart('registry', { LOAM_SWEEP_SECONDS: '1', LOAM_SWEEP_GRACE_SECONDS: '1' });
    await eventually(async () => {
      expect(await uploads()).toEqual([]);
      expect((await bundles()).sort()).toEqual(kept);
    });
    await house.stack.restart('registry');
    await publish(house.operator, 'given-up');
    await expectPublished('given-up');
  });
});
