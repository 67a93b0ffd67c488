import { randomUUID } from 'node:crypto';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import {
  CHUNK_BYTES,
  getCaptureFunnel,
  getCaptureSession,
  listCaptureSessions,
  reportCaptures,
} from '@loam/contracts/http/capture';
import { getDraft, getDraftSkillMd, listDrafts, publishDraft } from '@loam/contracts/http/capturer';
import { getDraftEvidence } from '@loam/contracts/http/draft-review';
import { issueToken } from '@loam/contracts/http/gateway';
import { receiveHook } from '@loam/contracts/http/receive';
import { searchCatalog } from '@loam/contracts/http/search';
import { eventually } from '@loam/testing';
import { Caller, newTenant, problemOf } from './caller.fixtures';
import { capture, chat, recovery, runSession, upload, uploadPiece } from './sessions.fixtures';
import { thisRun } from './this-run.fixtures';

let admin: Caller;
beforeAll(async () => {
  ({ admin } = await newTenant(thisRun.operator));
});

const sessionOf = async (session: string, caller = admin) => {
  const found = await caller.call(listCaptureSessions, { query: { session } });
  expect(found.length).toBeLessThan(2);
  return found[0];
};

const draftOf = (session: string) =>
  eventually(async () => {
    const found = await sessionOf(session);
    expect(found).toMatchObject({ status: 'drafted' });
    return found?.draft_id ?? '';
  }, 20_000);

const evidenceOf = async (id: string) => (await admin.call(getDraftEvidence, { params: { id } })).evidence;

describe('what is reported of sessions', () => {
  it('ING-01 counts once by its id, alone or in a batch, and the same id with another body is refused', async () => {
    const session = randomUUID();
    const first = capture('prompted', session, { text: 'one' });
    expect(await admin.send(reportCaptures, { body: first })).toMatchObject({ status: 202 });
    const again = [
      first,
      capture('prompted', session, { text: 'two' }),
      { ...first, data: { session, text: 'x' } },
    ];
    const { results } = await admin.call(reportCaptures, { body: again });
    expect(results.map(({ status }) => status)).toEqual(['recorded', 'recorded', 'conflict']);
    expect(await admin.refused(reportCaptures, { body: again[2] })).toMatchObject({
      code: 'capture-conflict',
      status: 422,
    });
    expect(await sessionOf(session)).toMatchObject({ status: 'open', captures: 2 });
  });

  it('is told item by item what is wrong, and stores the rest', async () => {
    const session = randomUUID();
    const { results } = await admin.call(reportCaptures, {
      body: [
        ...[capture('dreamt', session), { id: 'x' }, 7, capture('tool-used', session, { tool: 'Bash' })],
        capture('prompted', session, { text: 'x'.repeat(5000) }),
      ],
    });
    expect(results.map(({ status }) => status)).toEqual([
      'invalid',
      'invalid',
      'invalid',
      'recorded',
      'invalid',
    ]);
    expect(results[4]?.pointer).toBe('/data/text');
    expect(await sessionOf(session)).toMatchObject({ captures: 1 });
  });

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
  ])('comes one per line, packed by %s', async (encoding, pack) => {
    const session = randomUUID();
    const lines = [0, 1, 2].map((sequence) => JSON.stringify(capture('stopped', session, { sequence })));
    const answer = await fetch(`${admin.url}/v1/capture/events`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${admin.token ?? ''}`,
        'content-type': 'application/x-ndjson',
        'content-encoding': encoding,
      },
      body: new Uint8Array(pack([...lines, 'not json'].join('\n'))),
    });
    expect(answer.status).toBe(200);
    const { results } = reportCaptures.response.parse(await answer.json());
    expect(results.map(({ status }) => status)).toEqual(['recorded', 'recorded', 'recorded', 'invalid']);
    expect(await sessionOf(session)).toMatchObject({ captures: 3 });
  });

  it('belongs to the token that began it: another one of the tenant has another session of that name', async () => {
    const session = randomUUID();
    await admin.call(reportCaptures, { body: [capture('stopped', session)] });
    const { raw_token } = await admin.call(issueToken, {
      body: { label: 'other', scopes: ['capture:write', 'skills:read'] },
    });
    const other = new Caller(admin.url, raw_token);
    expect(await sessionOf(session, other)).toBeUndefined();
    await other.call(reportCaptures, { body: [capture('stopped', session)] });
    expect((await sessionOf(session, other))?.id).not.toBe((await sessionOf(session))?.id);
    const first = { ...capture('prompted', session, { text: 'one' }), id: 'e1' };
    const theirs = { ...capture('prompted', session, { text: 'two' }), id: 'e1' };
    expect((await admin.send(reportCaptures, { body: first })).status).toBe(202);
    expect((await other.send(reportCaptures, { body: theirs })).status).toBe(202);
    expect(await admin.refused(reportCaptures, { body: theirs })).toMatchObject({ code: 'capture-conflict' });
  });

  it('comes from raw hooks of Claude Code too', async () => {
    const session_id = randomUUID();
    for (const hook of [
      { hook_event_name: 'SessionStart', source: 'startup' },
      { hook_event_name: 'UserPromptSubmit', prompt: 'ask user@company.com' },
      { hook_event_name: 'SessionEnd', reason: 'logout' },
    ])
      expect(await admin.send(receiveHook, { body: { session_id, ...hook } })).toMatchObject({ status: 204 });
    await eventually(async () => {
      expect(await sessionOf(session_id)).toMatchObject({
        status: 'dismissed',
        captures: 3,
        end_reason: 'logout',
      });
    });
  });
});

it('ING-17 20,000 events that waited for two days all arrive, once, though half of the answers are lost', async () => {
  const { admin: late } = await newTenant(thisRun.operator);
  const waited = Array.from({ length: 20_000 }, (_, at) => {
    const told = { sequence: Math.floor(at / 40), tool: 'Bash', target: 'make' };
    return capture('tool-used', `late-${String(at % 40)}`, told);
  });
  for (let at = 0; at < waited.length; at += 1000) {
    const body = waited.slice(at, at + 1000);
    // A client that heard no answer sends the same again.
    for (let time = 0; time <= (at / 1000) % 2; time += 1) {
      const { results } = await late.call(reportCaptures, { body });
      expect(results.filter(({ status }) => status !== 'recorded')).toEqual([]);
    }
  }
  const sessions = await late.call(listCaptureSessions, { query: { limit: '200' } });
  expect(sessions).toHaveLength(40);
  expect(new Set(sessions.map(({ captures }) => captures))).toEqual(new Set([500]));
}, 120_000);

describe('the transcript of a session', () => {
  const bytes = Buffer.from(chat().repeat(20));

  it('is taken in pieces that may be sent again; a gap is refused with where to go on', async () => {
    const session = randomUUID();
    expect(await upload(admin, session, bytes, 1000)).toBe(bytes.length);
    for (const [offset, piece] of [
      [0, bytes.subarray(0, 500)],
      [bytes.length - 10, bytes.subarray(-10)],
      [bytes.length, Buffer.alloc(0)],
    ] as const) {
      const answer = await uploadPiece(admin, session, offset, piece);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('upload-offset')).toBe(String(bytes.length));
    }
    const gap = await uploadPiece(admin, session, bytes.length + 1, bytes);
    expect(gap.headers.get('upload-offset')).toBe(String(bytes.length));
    expect(await problemOf(gap)).toMatchObject({ code: 'transcript-gap', status: 409 });
    expect(await sessionOf(session)).toMatchObject({ transcript_bytes: bytes.length });
  });

  it('is taken once from several who bring the same piece at the same moment', async () => {
    const session = randomUUID();
    const answers = await Promise.all([1, 2, 3, 4].map(() => uploadPiece(admin, session, 0, bytes)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(await sessionOf(session)).toMatchObject({ transcript_bytes: bytes.length });
  });

  it('may be packed; a piece that is too large, also once unpacked, is 413', async () => {
    const session = randomUUID();
    const packed = await uploadPiece(admin, session, 0, gzipSync(bytes), { 'content-encoding': 'gzip' });
    expect(packed.status).toBe(200);
    const large = Buffer.alloc(CHUNK_BYTES + 1, 'x');
    // The answer comes, and the connection ends, before all is sent; not every client reads it then.
    const sent = await uploadPiece(admin, session, bytes.length, large).catch(() => undefined);
    expect(sent?.status ?? 413).toBe(413);
    const bomb = await uploadPiece(admin, session, bytes.length, gzipSync(large), {
      'content-encoding': 'gzip',
    });
    expect(await problemOf(bomb)).toMatchObject({ status: 413 });
    expect(await sessionOf(session)).toMatchObject({ transcript_bytes: bytes.length });
  });
});

describe('a session', () => {
  it('is dismissed where it holds nothing, with its score', async () => {
    const session = randomUUID();
    await runSession(admin, session, chat());
    await eventually(async () => {
      expect(await sessionOf(session)).toMatchObject({ status: 'dismissed', score: 0, end_reason: 'logout' });
    });
    const { id } = (await sessionOf(session)) ?? {};
    expect(await admin.call(getCaptureSession, { params: { id: id ?? '' } })).toMatchObject({
      client: 'claude-code/2.1.240',
    });
  });

  it('JOB-06 gives one draft, however many signals told of its end, which can be published and is found', async () => {
    const session = randomUUID();
    const transcript = recovery('npm test -- ledger', 'npm run migrate:ledger');
    await runSession(admin, session, transcript);
    await admin.call(reportCaptures, {
      body: [capture('marker', session), capture('session-ended', session)],
    });
    await admin.send(receiveHook, { body: { session_id: session, hook_event_name: 'SessionEnd' } });
    const draftId = await draftOf(session);
    const drafts = await admin.call(listDrafts);
    expect(drafts.map(({ id }) => id)).toEqual([draftId]);
    const text = await admin.text(getDraftSkillMd, { params: { id: draftId } });
    expect(text).toContain('npm test -- ledger');
    expect(text).toContain('npm run migrate:ledger');
    const lines = transcript.split('\n');
    const places = (await evidenceOf(draftId)).map(({ claim, source, id, offset }) => {
      const line = lines.findIndex((each) => each.includes(id));
      return [claim, source, line, offset !== null];
    });
    expect(places).toEqual([
      ...[
        ['problem', 'record', 0, true],
        ['why', 'record', 10, true],
      ],
      ...[
        ['failed', 'record', 1, true],
        ['failed', 'record', 3, true],
      ],
      ...[
        ['worked', 'record', 6, true],
        ['worked', 'record', 8, true],
      ],
    ]);
    const excerpts = (await evidenceOf(draftId)).map(({ excerpt }) => excerpt);
    expect(excerpts[2]).toBe('npm test -- ledger');
    expect(excerpts[0]).toContain('The tests of the ledger fail on a fresh clone.');
    expect(excerpts.every((excerpt) => (excerpt ?? '').length <= 300)).toBe(true);
    const { slug } = await admin.call(publishDraft, { params: { id: draftId }, body: { version: '1.0.0' } });
    await eventually(async () => {
      const { items } = await admin.call(searchCatalog, { query: { q: 'migrate:ledger' } });
      expect(items.map((item) => item.slug)).toContain(slug);
    });
    const { stages } = await admin.call(getCaptureFunnel);
    expect(stages.at(-1)).toMatchObject({ stage: 'published', sessions: 1 });
  });

  it('that goes on after its draft was published becomes its next version, in the same draft and under the same name', async () => {
    const session = randomUUID();
    const first = recovery('npm test -- orders', 'npm run seed:orders');
    await runSession(admin, session, first);
    const id = await draftOf(session);
    const published = await admin.call(publishDraft, { params: { id }, body: { version: '1.0.0' } });
    const more = recovery('cargo test -p billing', 'cargo run -p billing_gen');
    const there = Buffer.byteLength(first);
    expect(await uploadPiece(admin, session, there, Buffer.from(more))).toMatchObject({ status: 200 });
    const transcript_bytes = there + Buffer.byteLength(more);
    await admin.call(reportCaptures, { body: [capture('session-ended', session, { transcript_bytes })] });
    const next = await eventually(async () => {
      const draft = await admin.call(getDraft, { params: { id } });
      expect(draft).toMatchObject({ status: 'pending', published_version: '1.0.0' });
      return draft;
    }, 20_000);
    expect(next.existing_item).toMatchObject({ slug: published.slug, next_version: '1.1.0', own: true });
    const body = { acknowledge_flags: true };
    expect(await admin.call(publishDraft, { params: { id }, body })).toMatchObject({
      ...{ slug: published.slug, version: '1.1.0' },
    });
    const drafts = await admin.call(listDrafts, { query: { status: 'all' } });
    expect(drafts.filter((draft) => draft.session_id === next.session_id)).toHaveLength(1);
  });

  it('that is like what is published becomes a merge proposal', async () => {
    const session = randomUUID();
    await runSession(admin, session, recovery('npm test -- ledger', 'npm run migrate:ledger'));
    await eventually(async () => {
      const [draft] = await admin.call(listDrafts);
      expect(draft?.merge_proposal_similarity).toBeGreaterThan(0.6);
    }, 20_000);
  });

  it('that only hooks told of gives a draft that rests on their events', async () => {
    const session = randomUUID();
    const tool = { tool: 'Bash', target: 'cargo test -p parser' };
    const failed = { ...tool, error: "error[E0463]: can't find crate for `parser_gen`" };
    const told = [
      capture('prompted', session, {
        sequence: 1,
        text: 'The parser does not build. Remember this once it does.',
      }),
      capture('tool-failed', session, { sequence: 2, ...failed }),
      capture('tool-failed', session, { sequence: 3, ...failed }),
      capture('tool-used', session, { sequence: 4, ...tool, target: 'cargo run -p parser_gen' }),
      capture('tool-used', session, { sequence: 5, ...tool, output: 'ok' }),
      capture('session-ended', session, { sequence: 6, reason: 'logout' }),
    ];
    const { results } = await admin.call(reportCaptures, { body: told });
    expect(results.map(({ status }) => status)).toEqual(told.map(() => 'recorded'));
    const evidence = await evidenceOf(await draftOf(session));
    expect(evidence.map(({ claim, source, offset }) => [claim, source, offset])).toEqual(
      ['problem', 'failed', 'failed', 'worked', 'worked'].map((claim) => [claim, 'event', null]),
    );
    expect(evidence.map(({ id }) => id)).toEqual(told.slice(0, 5).map(({ id }) => id));
  });

  it('is scored as soon as all of its transcript is there, and not before', async () => {
    const session = randomUUID();
    const transcript = Buffer.from(recovery('npm test', 'npm run build'));
    await admin.call(reportCaptures, {
      body: [capture('session-ended', session, { transcript_bytes: transcript.length })],
    });
    expect(await sessionOf(session)).toMatchObject({ status: 'open' });
    await upload(admin, session, transcript, 700);
    await eventually(async () => {
      expect((await sessionOf(session))?.score).toBeGreaterThan(1000);
    });
    const { stages } = await admin.call(getCaptureFunnel);
    expect(stages[1]).toMatchObject({ stage: 'scored' });
  });
});
