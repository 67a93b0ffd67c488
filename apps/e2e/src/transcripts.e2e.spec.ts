import { randomBytes, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { CHUNK_BYTES, listCaptureSessions, reportCaptures } from '@loam/contracts/http/capture';
import { getDraftSkillMd } from '@loam/contracts/http/capturer';
import { eventually } from '@loam/testing';
import { newTenant, type Caller } from './caller.fixtures';
import { capture, linesOf, recovery, upload, uploadPiece } from './sessions.fixtures';
import { thisRun } from './this-run.fixtures';

let admin: Caller;
beforeEach(async () => {
  ({ admin } = await newTenant(thisRun.operator));
});

const [FAILING, WORKING] = ['pytest tests/ledger', 'alembic upgrade head'];

const end = (session: string, transcript_bytes: number) =>
  admin.call(reportCaptures, {
    body: [capture('session-ended', session, { reason: 'logout', transcript_bytes })],
  });

/** The session, once it is judged. */
const judged = (session: string, status: 'drafted' | 'dismissed', withinMs = 20_000) =>
  eventually(async () => {
    const [found] = await admin.call(listCaptureSessions, { query: { session } });
    expect(found).toMatchObject({ status });
    return found;
  }, withinMs);

const draftOf = async (id: string | null | undefined): Promise<string> =>
  admin.text(getDraftSkillMd, { params: { id: id ?? '' } });

/** What clients of tomorrow and broken disks may leave between the lines. */
const RUBBISH: readonly (string | Buffer)[] = [
  linesOf([{ type: 'hologram', payload: { deep: [[[null]]] } }, { type: 7 }, { message: 'no type' }]),
  ...['null\n', '[]\n', '"text"\n', '{"type":"user"\n', '\n', '\u0000\u0007\n', `${'['.repeat(20_000)}\n`],
  Buffer.concat([randomBytes(4096), Buffer.from('\n')]),
  // A line that would be one, were its text UTF-8: a lone continuation byte, a cut character, a surrogate.
  Buffer.concat([
    Buffer.from('{"type":"user","message":{"content":"caf'),
    Buffer.from([0x80, 0xc3, 0x28, 0xed, 0xa0, 0x80, 0xff]),
    Buffer.from('"}}\n'),
  ]),
];

describe('a transcript', () => {
  it('with noise, invalid UTF-8, unknown records and a cut last line gives the draft of what can be read', async () => {
    const session = randomUUID();
    const lines = recovery(FAILING, WORKING).split(/(?<=\n)/);
    const cut = linesOf([{ type: 'user', message: { content: 'And then' } }]).slice(0, -20);
    const bytes = Buffer.concat(
      [...lines.flatMap((line) => [...RUBBISH, line]), ...RUBBISH, cut].map((part) => Buffer.from(part)),
    );
    // Pieces end in the middle of lines and of characters.
    await upload(admin, session, bytes, 65_537);
    await end(session, bytes.length);
    const { draft_id } = (await judged(session, 'drafted')) ?? {};
    const text = await draftOf(draft_id);
    expect(text).toContain(FAILING);
    expect(text).toContain(WORKING);
  });

  it('of nothing but noise is judged too: there is nothing in it', async () => {
    const session = randomUUID();
    const bytes = randomBytes(2 * 1024 * 1024);
    await upload(admin, session, bytes, 1024 * 1024);
    await end(session, bytes.length);
    expect(await judged(session, 'dismissed')).toMatchObject({ score: 0, transcript_bytes: bytes.length });
  });

  it('of 200 MB with millions of empty lines, brought in pieces, gives its draft', async () => {
    const session = randomUUID();
    const hook = { attachment: { type: 'hook_success', stdout: 'x'.repeat(60_000) } };
    const talk = {
      type: 'assistant',
      message: { content: [{ type: 'text', text: 'I look on. '.repeat(40) }] },
    };
    const some = linesOf(Array.from({ length: 60 }, () => [{ type: 'attachment', ...hook }, talk]).flat());
    const piece = Buffer.concat([Buffer.from(some), Buffer.alloc(CHUNK_BYTES, '\n')]).subarray(
      0,
      CHUNK_BYTES,
    );
    const packed = gzipSync(piece, { level: 1 });
    let offset = 0;
    for (; offset < 200 * 1000 * 1000; offset += piece.length) {
      const { status } = await uploadPiece(admin, session, offset, packed, { 'content-encoding': 'gzip' });
      expect(status).toBe(200);
    }
    const last = Buffer.from(recovery(FAILING, WORKING));
    expect((await uploadPiece(admin, session, offset, last)).status).toBe(200);
    await end(session, offset + last.length);
    const { draft_id } = (await judged(session, 'drafted', 90_000)) ?? {};
    expect(await draftOf(draft_id)).toContain(WORKING);
  }, 180_000);
});
