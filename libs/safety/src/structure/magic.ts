/** What a file is by its first bytes. */
export type FileType =
  | 'executable'
  | 'bytecode'
  | 'archive'
  | 'office'
  | 'image'
  | 'media'
  | 'font'
  | 'pdf'
  | 'database'
  | 'wasm'
  | 'unknown';

const at = (bytes: Buffer, offset: number, text: string): boolean =>
  bytes.subarray(offset, offset + text.length).toString('latin1') === text;

/** First bytes, in the order in which they are tried. */
const MAGIC: readonly [FileType, (bytes: Buffer) => boolean][] = [
  ['executable', (b) => at(b, 0, '\x7fELF')],
  ['executable', (b) => at(b, 0, 'MZ') && b.length > 64],
  [
    'executable',
    (b) => [0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe].includes(b.length >= 4 ? b.readUInt32BE(0) : 0),
  ],
  ['bytecode', (b) => at(b, 0, '\xca\xfe\xba\xbe')],
  ['bytecode', (b) => b.length > 16 && at(b, 2, '\r\n') && b.includes(0)],
  ['bytecode', (b) => at(b, 0, 'dex\n') || at(b, 0, 'BC\xc0\xde')],
  ['wasm', (b) => at(b, 0, '\0asm')],
  ['archive', (b) => at(b, 0, 'PK\x03\x04') || at(b, 0, 'PK\x05\x06')],
  [
    'archive',
    (b) => at(b, 0, '\x1f\x8b') || at(b, 0, 'BZh') || at(b, 0, '\xfd7zXZ\0') || at(b, 0, '\x28\xb5\x2f\xfd'),
  ],
  [
    'archive',
    (b) =>
      at(b, 0, '7z\xbc\xaf\x27\x1c') ||
      at(b, 0, 'Rar!\x1a\x07') ||
      at(b, 257, 'ustar') ||
      at(b, 0, 'MSCF') ||
      at(b, 0, '!<arch>'),
  ],
  ['archive', (b) => at(b, 32769, 'CD001') || at(b, b.length - 512, 'koly')],
  ['office', (b) => at(b, 0, '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1')],
  ['pdf', (b) => at(b, 0, '%PDF-')],
  [
    'image',
    (b) =>
      at(b, 0, '\x89PNG\r\n\x1a\n') || at(b, 0, '\xff\xd8\xff') || at(b, 0, 'GIF87a') || at(b, 0, 'GIF89a'),
  ],
  [
    'image',
    (b) =>
      (at(b, 0, 'RIFF') && at(b, 8, 'WEBP')) ||
      at(b, 0, '\0\0\x01\0') ||
      at(b, 0, 'II*\0') ||
      at(b, 0, 'MM\0*') ||
      (at(b, 0, 'BM') && b.length > 26 && b.includes(0)),
  ],
  [
    'media',
    (b) =>
      at(b, 4, 'ftyp') ||
      at(b, 0, 'OggS') ||
      at(b, 0, 'ID3') ||
      at(b, 0, 'fLaC') ||
      at(b, 0, '\x1aE\xdf\xa3') ||
      (at(b, 0, 'RIFF') && at(b, 8, 'WAVE')),
  ],
  ['font', (b) => at(b, 0, 'wOFF') || at(b, 0, 'wOF2') || at(b, 0, 'OTTO') || at(b, 0, '\0\x01\0\0\0')],
  ['database', (b) => at(b, 0, 'SQLite format 3\0')],
];

/** The type of a file by its content, whatever its name. */
export const typeOf = (bytes: Buffer): FileType =>
  MAGIC.find(([, matches]) => matches(bytes))?.[0] ?? 'unknown';

const EXTENSIONS: Record<string, readonly FileType[]> = {
  png: ['image'],
  jpg: ['image'],
  jpeg: ['image'],
  gif: ['image'],
  webp: ['image'],
  ico: ['image'],
  bmp: ['image'],
  tif: ['image'],
  tiff: ['image'],
  avif: ['media', 'image'],
  heic: ['media', 'image'],
  pdf: ['pdf'],
  woff: ['font'],
  woff2: ['font'],
  ttf: ['font'],
  otf: ['font'],
  mp3: ['media', 'unknown'],
  mp4: ['media'],
  wav: ['media'],
  ogg: ['media'],
  webm: ['media'],
  mov: ['media'],
  flac: ['media'],
  zip: ['archive'],
  gz: ['archive'],
  tgz: ['archive'],
  bz2: ['archive'],
  xz: ['archive'],
  '7z': ['archive'],
  rar: ['archive'],
  tar: ['archive'],
  docx: ['archive'],
  xlsx: ['archive'],
  pptx: ['archive'],
  odt: ['archive'],
  ods: ['archive'],
  odp: ['archive'],
  epub: ['archive'],
  jar: ['archive'],
  doc: ['office'],
  xls: ['office'],
  ppt: ['office'],
};

/** Whether a name promises a kind of binary file that the content is not. */
export function contradicts(extension: string, type: FileType): boolean {
  const promised = EXTENSIONS[extension];
  return promised !== undefined && !promised.includes(type);
}

/** Documents that are zip archives by design. */
export const isDocument = (extension: string): boolean =>
  /^(?:docx|dotx|xlsx|xltx|pptx|potx|odt|ods|odp|epub|vsdx|key|numbers|pages|ipynb|kmz|glb|usdz|sketch|fig)$/.test(
    extension,
  );
