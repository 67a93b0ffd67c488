import { randomUUID } from 'node:crypto';
import { reportCaptures, uploadTranscript } from '@loam/contracts/http/capture';
import type { Caller } from './caller.fixtures';

/** A capture event of a session. */
export const capture = (type: string, session: string, data: object = {}, id: string = randomUUID()) => ({
  ...{ specversion: '1.0', id, source: '/a-client', type: `loam.capture.${type}` },
  data: { session, ...data },
});

const said = (text: string) => ({
  type: 'assistant',
  message: { id: `msg-${randomUUID()}`, content: [{ type: 'text', text }] },
});
const prompt = (text: string) => ({ type: 'user', message: { content: text } });

/** A call of a tool and what came of it, as Claude Code writes them. */
const ran = (command: string, failure?: string) => {
  const id = `toolu-${randomUUID()}`;
  const result = {
    type: 'tool_result',
    tool_use_id: id,
    content: failure ?? 'ok',
    is_error: failure !== undefined,
  };
  return [
    {
      type: 'assistant',
      message: { id: `msg-${id}`, content: [{ type: 'tool_use', id, name: 'Bash', input: { command } }] },
    },
    { type: 'user', message: { content: [result] } },
  ];
};

/** The lines of a transcript. */
export const linesOf = (records: readonly object[]): string =>
  records
    .map(
      (record) =>
        `${JSON.stringify({ uuid: randomUUID(), timestamp: new Date().toISOString(), ...record })}\n`,
    )
    .join('');

/** A session in which tests failed three times and then passed, and whose person wants it to be kept. */
export const recovery = (failing: string, working: string): string =>
  linesOf([
    prompt('The tests of the ledger fail on a fresh clone. Remember this once it works.'),
    ...ran(failing, 'Exit code 1\nError: relation "ledger" does not exist'),
    ...ran(failing, 'Exit code 1\nError: relation "ledger" does not exist'),
    said('The schema is missing, so the migrations have to run first.'),
    ...ran(working),
    ...ran(failing),
    said(`Solved: run \`${working}\` before \`${failing}\`.`),
  ]);

/** A session that is worth nothing. */
export const chat = (): string => linesOf([prompt('What is a monad?'), said('A monoid in a category.')]);

/** Uploads a transcript in pieces. @returns how many bytes are there */
export async function upload(
  caller: Caller,
  session: string,
  bytes: Uint8Array,
  piece = bytes.length,
): Promise<number> {
  let offset = 0;
  while (offset < bytes.length) {
    const some = bytes.subarray(offset, offset + piece);
    const answer = await uploadPiece(caller, session, offset, some);
    if (answer.status !== 200) throw new Error(`${String(answer.status)} ${await answer.text()}`);
    ({ offset } = uploadTranscript.response.parse(await answer.json()));
  }
  return offset;
}

/** Sends one piece. */
export const uploadPiece = (
  caller: Caller,
  session: string,
  offset: number,
  bytes: Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> =>
  fetch(`${caller.url}/v1/capture/sessions/${encodeURIComponent(session)}/transcript/${String(offset)}`, {
    method: 'PUT',
    headers: {
      authorization: `Bearer ${caller.token ?? ''}`,
      'content-type': 'application/octet-stream',
      ...headers,
    },
    body: new Uint8Array(bytes),
  });

/** A whole session: it starts, its transcript is uploaded, it ends. Run again, it is the same one. */
export async function runSession(caller: Caller, session: string, transcript: string): Promise<void> {
  const begun = { client: 'claude-code/2.1.240', sequence: 0 };
  await caller.call(reportCaptures, {
    body: [capture('session-started', session, begun, `${session}-started`)],
  });
  const transcript_bytes = await upload(caller, session, Buffer.from(transcript));
  await caller.call(reportCaptures, {
    body: [
      capture(
        'session-ended',
        session,
        { reason: 'logout', sequence: 9, transcript_bytes },
        `${session}-ended`,
      ),
    ],
  });
}
