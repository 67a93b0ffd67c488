import type { TranscriptRecord } from './record';
import { openTranscript, readMore, readRest } from './read-transcript';

/** A line of a transcript as Claude Code writes it, with what is given beside what every line has. */
export function line(type: string, content: unknown, more: object = {}): object {
  const message = { role: type, content, ...(type === 'assistant' ? { id: 'msg_1' } : {}) };
  return {
    ...{ type, uuid: crypto.randomUUID(), parentUuid: null, sessionId: 's1', version: '2.1.240' },
    ...{ timestamp: '2026-03-10T12:00:00.000Z', cwd: '/home/ada/shop', isSidechain: false, message },
    ...more,
  };
}

export const user = (content: unknown, more: object = {}): object => line('user', content, more);
export const assistant = (...content: object[]): object => line('assistant', content);
export const toolUse = (id: string, name: string, input: object): object =>
  assistant({ type: 'tool_use', id, name, input });
export const toolResult = (id: string, content: unknown, failed = false, more: object = {}): object =>
  user([{ type: 'tool_result', tool_use_id: id, content, is_error: failed }], more);

export const bytesOf = (...lines: readonly unknown[]): Buffer =>
  Buffer.from(lines.map((each) => (typeof each === 'string' ? each : JSON.stringify(each)) + '\n').join(''));

/** All records of a whole transcript. */
export function readAll(bytes: Uint8Array): TranscriptRecord[] {
  const { state, records } = readMore(openTranscript(), bytes);
  return [...records, ...readRest(state)];
}
