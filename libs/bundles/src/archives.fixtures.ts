import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { BundleProblem, type BundleProblemCode } from './problem';

/** Archives written byte by byte, because no library writes what these tests need. */

export const SKILL = '---\nname: sample\ndescription: A sample skill.\n---\n# Sample\n';

export interface TarRecord {
  readonly name: string | Buffer;
  readonly content?: string | Buffer;
  readonly type?: string;
  readonly link?: string;
  readonly mode?: number;
  /** The size that the header states; by default that of the content. */
  readonly size?: number;
}

export function tarRecord({
  name,
  content = '',
  type = '0',
  link = '',
  mode = 0o644,
  size,
}: TarRecord): Buffer {
  const body = Buffer.from(content);
  const header = Buffer.alloc(512);
  Buffer.from(name).copy(header, 0, 0, 100);
  header.write(`${mode.toString(8).padStart(7, '0')}\0`, 100);
  header.write('0000000\0'.repeat(2), 108);
  header.write(`${(size ?? body.length).toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write(' '.repeat(8), 148);
  header.write(type, 156);
  header.write(link, 157);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, body, Buffer.alloc((512 - (body.length % 512)) % 512)]);
}

/** One PAX record per pair; the length counts itself. */
export function pax(type: 'x' | 'g', attributes: Record<string, string>): Buffer {
  const lines = Object.entries(attributes).map(([key, value]) => {
    const rest = Buffer.byteLength(` ${key}=${value}\n`);
    const digits = String(rest + 2).length;
    return `${String(rest + digits)} ${key}=${value}\n`;
  });
  return tarRecord({ name: 'PaxHeader', type, content: lines.join('') });
}

export const TAR_END = Buffer.alloc(1024);

/** A gzip-compressed tar of a good SKILL.md and the given records. */
export function tarGz(...records: (TarRecord | Buffer)[]): Buffer {
  return rawTarGz({ name: 'SKILL.md', content: SKILL }, ...records);
}

export function rawTarGz(...records: (TarRecord | Buffer)[]): Buffer {
  const blocks = records.map((record) => (Buffer.isBuffer(record) ? record : tarRecord(record)));
  return gzipSync(Buffer.concat([...blocks, TAR_END]));
}

export interface ZipSpec {
  readonly name: string | Buffer;
  readonly content?: string | Buffer;
  readonly method?: number;
  readonly flags?: number;
  /** Unix mode with file type, 0 for none. */
  readonly mode?: number;
  readonly extra?: Buffer;
  /** What only the local header says. */
  readonly local?: { readonly name?: string; readonly size?: number; readonly method?: number };
  /** What both headers say against the truth. */
  readonly claims?: { readonly size?: number; readonly crc?: number };
  /** Points at the local header of the entry with this index and writes none of its own. */
  readonly sameAs?: number;
  readonly descriptor?: boolean;
}

/** The part that both headers share, with what a place says in its own way. */
function zipFields(
  spec: ZipSpec,
  data: Buffer,
  says: { name?: string; size?: number; method?: number },
): Buffer {
  const {
    content = '',
    method = 8,
    flags = 0x0800,
    claims = {},
    descriptor = false,
    extra = Buffer.alloc(0),
  } = spec;
  const body = Buffer.from(content);
  const name = Buffer.from(says.name ?? spec.name);
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(descriptor ? flags | 8 : flags, 2);
  fields.writeUInt16LE(says.method ?? method, 4);
  fields.writeUInt16LE(0x21, 8);
  fields.writeUInt32LE(claims.crc ?? crc32(body), 10);
  fields.writeUInt32LE(data.length, 14);
  fields.writeUInt32LE(says.size ?? claims.size ?? body.length, 18);
  fields.writeUInt16LE(name.length, 22);
  fields.writeUInt16LE(extra.length, 24);
  return Buffer.concat([fields, name, extra]);
}

const zipData = ({ content = '', method = 8 }: ZipSpec): Buffer =>
  method === 8 ? deflateRawSync(Buffer.from(content)) : Buffer.from(content);

function localHeader(spec: ZipSpec): Buffer {
  const fields = zipFields(spec, zipData(spec), spec.local ?? {});
  if (spec.descriptor === true) fields.fill(0, 10, 22);
  return Buffer.concat([Buffer.from('PK\x03\x04'), fields]);
}

function centralHeader(spec: ZipSpec, offset: number): Buffer {
  const fields = zipFields(spec, zipData(spec), {});
  const place = Buffer.alloc(14);
  place.writeUInt32LE(((spec.mode ?? 0o100644) << 16) >>> 0, 6);
  place.writeUInt32LE(offset, 10);
  return Buffer.concat([
    Buffer.from('PK\x01\x02\x14\x03'),
    fields.subarray(0, 26),
    place,
    fields.subarray(26),
  ]);
}

function descriptorOf(spec: ZipSpec, data: Buffer): Buffer {
  const descriptor = Buffer.alloc(16);
  descriptor.write('PK\x07\x08');
  descriptor.writeUInt32LE(crc32(Buffer.from(spec.content ?? '')), 4);
  descriptor.writeUInt32LE(data.length, 8);
  descriptor.writeUInt32LE(Buffer.from(spec.content ?? '').length, 12);
  return descriptor;
}

/** A zip of exactly the given entries; `between` stands in front of the central directory. */
export function rawZip(specs: readonly ZipSpec[], between = Buffer.alloc(0), comment = ''): Buffer {
  const parts: Buffer[] = [];
  const offsets: number[] = [];
  let at = 0;
  for (const spec of specs) {
    offsets.push(spec.sameAs === undefined ? at : (offsets[spec.sameAs] ?? 0));
    if (spec.sameAs !== undefined) continue;
    const data = zipData(spec);
    const whole = [localHeader(spec), data, ...(spec.descriptor === true ? [descriptorOf(spec, data)] : [])];
    parts.push(...whole);
    at += whole.reduce((sum, part) => sum + part.length, 0);
  }
  const central = Buffer.concat(specs.map((spec, index) => centralHeader(spec, offsets[index] ?? 0)));
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06');
  end.writeUInt16LE(specs.length, 8);
  end.writeUInt16LE(specs.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(at + between.length, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...parts, between, central, end, Buffer.from(comment)]);
}

/** A zip of a good SKILL.md and the given entries. */
export const zip = (...specs: ZipSpec[]): Buffer => rawZip([{ name: 'SKILL.md', content: SKILL }, ...specs]);

/** The problem that reading ends in; any other error, or none, fails the test. */
export async function problemOf(reading: Promise<unknown> | (() => unknown)): Promise<BundleProblem> {
  try {
    await (typeof reading === 'function' ? reading() : reading);
  } catch (error) {
    if (error instanceof BundleProblem) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

export async function codeOf(reading: Promise<unknown> | (() => unknown)): Promise<BundleProblemCode> {
  return (await problemOf(reading)).code;
}
