import { folderOf, recordsOf } from './claude-code';
import type { TranscriptRecord } from './record';

/** How far a transcript was read. JSON, to be kept between two times of reading. */
export interface TranscriptPlace {
  /** The first byte that is not read yet, or belongs to a line whose end was not there yet: read on from here. */
  readonly offset: number;
  /** Whether that byte is inside of a line that is too long and is passed over. */
  readonly inLongLine: boolean;
  /** The project's folder. It is personal: for reading on only, never to be sent. */
  readonly root: string;
  /** Lines that were longer than {@link LINE_MAX}. */
  readonly tooLong: number;
  /** Lines that were no JSON; the shortest are not looked at. */
  readonly unreadable: number;
}

/** A transcript that is being read. */
export interface TranscriptState {
  readonly place: TranscriptPlace;
  /** The bytes of a line whose end was not there yet; they lie behind `place.offset`. */
  readonly cut: readonly Uint8Array[];
}

/** The longest line that is read, in bytes; images in base64 make lines of some megabytes. */
export const LINE_MAX = 8 * 1024 * 1024;

/** No record is shorter, in bytes. Hundreds of millions of empty lines are passed over as fast as they come. */
const LINE_MIN = 16;

type OpenPlace = { -readonly [Key in keyof TranscriptPlace]: TranscriptPlace[Key] };

const START: TranscriptPlace = { offset: 0, inLongLine: false, root: '', tooLong: 0, unreadable: 0 };
const LINE_FEED = 0x0a;

/** Begins to read at the beginning, or where reading stopped. Then bytes from `place.offset` on are expected. */
export const openTranscript = (place: TranscriptPlace = START): TranscriptState => ({ place, cut: [] });

const sizeOf = (pieces: readonly Uint8Array[]): number => pieces.reduce((sum, { length }) => sum + length, 0);

/** Most records of a transcript tell what hooks printed; looking at the beginning saves parsing them. */
const PASSED_OVER = /"type":"(?:attachment|file-history-snapshot|queue-operation)"/;

function parse(line: Buffer): { value: unknown } | undefined {
  const text = line.toString('utf8');
  if (PASSED_OVER.test(text.slice(0, 200)) || text.trim() === '') return { value: null };
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function readLine(place: OpenPlace, line: Buffer): TranscriptRecord[] {
  const parsed = parse(line);
  if (parsed === undefined) {
    place.unreadable += 1;
    return [];
  }
  if (place.root === '') place.root = folderOf(parsed.value);
  return recordsOf(parsed.value, place.offset, place.root);
}

/**
 * Reads on. `bytes` are those that follow what was given before, in pieces of any size; memory is bounded by
 * {@link LINE_MAX} and by the piece. No bytes are an error: noise, invalid UTF-8 and unknown records are passed over.
 * The records are redacted. A line that is not ended yet is kept for the next time.
 */
export function readMore(
  state: TranscriptState,
  bytes: Uint8Array,
): { state: TranscriptState; records: TranscriptRecord[] } {
  const records: TranscriptRecord[] = [];
  const place: OpenPlace = { ...state.place };
  let cut = state.cut;
  let from = 0;
  for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, from)) {
    const length = sizeOf(cut) + end - from;
    if (place.inLongLine || length > LINE_MAX) {
      place.inLongLine = false;
      place.tooLong += 1;
    } else if (length >= LINE_MIN) {
      const line = Buffer.concat([...cut, bytes.subarray(from, end)]);
      records.push(...readLine(place, line));
    }
    from = end + 1;
    place.offset += length + 1;
    cut = [];
  }
  return { state: keep(place, cut, bytes.subarray(from)), records };
}

/** Keeps the beginning of a line, unless it is too long by now. The bytes are copied: the caller's may change. */
function keep(place: TranscriptPlace, cut: readonly Uint8Array[], rest: Uint8Array): TranscriptState {
  if (rest.length === 0) return { place, cut };
  const length = sizeOf(cut) + rest.length;
  if (!place.inLongLine && length <= LINE_MAX) return { place, cut: [...cut, rest.slice()] };
  return { place: { ...place, offset: place.offset + length, inLongLine: true }, cut: [] };
}

/** Reads the last line of a transcript that will not grow, which may lack its end. */
export const readRest = (state: TranscriptState): TranscriptRecord[] =>
  readMore(state, Uint8Array.of(LINE_FEED)).records;
