import type { BundleEntry } from '@loam/bundles';
import { Document } from './document';
import { type Finding, isGrave, type Severity } from './finding';
import { decodedRuns, isReadable } from './hidden/encoded';
import { mixesScripts } from './hidden/fold';
import { scanInvisible } from './hidden/invisible';
import { scanMarkup } from './hidden/markup';
import { piecesOf } from './hidden/pieces';
import { readText, stringsOf } from './read-text';
import { scanSecrets } from './secrets/scan-secrets';
import { typeOf } from './structure/magic';
import { scanBinary, scanName, scanText } from './structure/scan-structure';
import { scanPackageNames } from './threats/package-names';
import { scanThreats, type Setting } from './threats/scan-threats';
import { continued, expanded, listed, squeezed, turned, unmasked } from './views';

/** What one file came to. */
export interface FileScan {
  readonly findings: Finding[];
  /** The file as text, as far as it is one. */
  readonly document: Document | undefined;
}

// eslint-disable-next-line no-control-regex -- anything beyond ASCII
const BEYOND_ASCII = /[^\x00-\x7f]/;
/** Two literals with nothing but a plus between them are one to every interpreter. */
const JOINED = /(["'`])[ \t]{0,4}\+[ \t]{0,4}\1/g;
/** In JSON, and so in notebooks, line ends and quotes of what is inside stand escaped. */
const ESCAPES = /\\(?:n|r|t|u00(?:0[aAdD9]|2[0-7]|3[cCeE])|"|\/)/g;

/** Secrets that a program puts together. Only those of a known form: guesses would find one in any list of words. */
function piecedSecrets(document: Document, text: string): Finding[] {
  const pieces = piecesOf(text);
  const lines = new Document(document.path, Buffer.from(pieces.map((piece) => piece.text).join('\n')));
  return scanSecrets(lines)
    .filter(({ severity }) => severity === 'block')
    .map((finding) => {
      const piece = pieces[(finding.line ?? 1) - 1];
      const line = text.slice(0, piece?.at ?? 0).split('\n').length;
      return { ...finding, line, message: `${finding.message} It is put together of pieces.` };
    });
}

/** Mixed scripts where they deceive: in an address, or where the plain form is a threat, which `unmasked` sees. */
function lookAlikes(document: Document, text: string): Finding[] {
  if (!mixesScripts(text)) return [];
  const address = [...text.matchAll(/https?:\/\/[^\s)"'<>]{1,200}/g)].find(([url]) => mixesScripts(url));
  if (address === undefined) return [];
  const line = text.slice(0, address.index).split('\n').length;
  const message = 'An address mixes Latin letters with others that look like them.';
  return [
    {
      rule: 'look-alike-address',
      layer: 'hidden-text',
      severity: 'review',
      file: document.path,
      line,
      message,
    },
  ];
}

/** What stands encoded in the text, judged as if it stood there plainly, and one step graver. */
function decoded(document: Document, text: string, setting: Setting, depth: number): Finding[] {
  return decodedRuns(text).flatMap(({ at, bytes }) => {
    const line = document.lines.at(at);
    const place = (rule: string, severity: Severity, message: string): Finding => ({
      rule,
      layer: 'obfuscation',
      severity,
      file: document.path,
      line,
      message,
    });
    const type = typeOf(bytes);
    if (
      bytes.length > 64 &&
      (type === 'executable' || type === 'bytecode' || type === 'archive' || type === 'wasm')
    ) {
      return [place('encoded-program', 'review', 'A program or archive stands encoded in the text.')];
    }
    if (!isReadable(bytes)) return [];
    const inner = new Document(`${document.path}.sh`, bytes);
    const latin = bytes.toString('latin1');
    const threats = [
      ...scanThreats(inner, setting).findings,
      ...scanMarkup(new Document(`${document.path}.md`, Buffer.from(`<!-- ${latin} -->`))),
    ];
    const deeper = depth > 0 ? decoded(inner, latin, setting, depth - 1) : [];
    const runs =
      /\b(?:curl|wget|bash|sh -c|powershell|eval|exec|import os|subprocess|require\(|nc |\/dev\/tcp|rm -rf)\b/i.test(
        latin,
      );
    const worst = [...threats, ...scanSecrets(inner), ...deeper].filter(isGrave);
    if (worst.some(({ severity }) => severity === 'block'))
      return [place('encoded-threat', 'block', 'A threat stands encoded in the text.')];
    if (worst.length > 0) return [place('encoded-threat', 'block', 'A threat stands encoded in the text.')];
    return runs ? [place('encoded-command', 'review', 'A command stands encoded in the text.')] : [];
  });
}

const judgePlain = (document: Document, setting: Setting): Finding[] => [
  ...scanThreats(document, setting).findings,
  ...scanSecrets(document),
];

function scanReadable(
  path: string,
  text: string,
  setting: Setting,
): { findings: Finding[]; document: Document } {
  // A zero byte ends no text for an interpreter, and must not split what is looked for.
  const clean = text.includes('\0') ? text.replaceAll('\0', '') : text;
  const document = new Document(path, Buffer.from(clean));
  const plain = [...scanThreats(document, setting).findings, ...scanMarkup(document)];
  const unescaped =
    clean.includes('\\n') && /\.(?:json|ipynb|jsonl|ndjson|lock)$/i.test(path)
      ? scanThreats(
          new Document(
            path,
            Buffer.from(clean.replace(ESCAPES, (escape) => (escape === '\\"' ? '" ' : '  '))),
          ),
          setting,
        ).findings
      : [];
  const latin = document.bytes.toString('latin1');
  const joined = clean.replace(JOINED, '');
  const whole = joined === clean ? [] : judgePlain(new Document(path, Buffer.from(joined)), setting);
  const findings = [
    ...plain,
    ...whole,
    ...continued(path, clean, plain, setting),
    ...listed(document, clean, plain, setting),
    ...squeezed(document, clean, plain, setting),
    ...unescaped,
    ...unmasked(document, clean, plain, setting),
    ...expanded(document, clean, plain, setting),
    ...piecedSecrets(document, clean),
    ...scanPackageNames(document, latin),
    ...turned(document, clean, setting),
    ...(BEYOND_ASCII.test(text) || text.includes('\0') || text.includes('\x1b') || text.includes('\b')
      ? scanInvisible(document, text)
      : []),
    ...lookAlikes(document, clean),
    ...decoded(document, latin, setting, 2),
    ...scanSecrets(document),
  ];
  return { findings, document };
}

/** Agents read the names of files as they read the files. */
function spokenName(path: string, setting: Setting): Finding[] {
  const name = new Document('name.md', Buffer.from(path));
  const orders = path.includes(' ') ? scanThreats(name, setting).findings.filter(isGrave) : [];
  return [
    ...orders.map((finding) => ({ ...finding, file: path, line: null })),
    // Its name would tell the secret.
    ...scanSecrets(name).map((finding) => ({ ...finding, file: 'the name of a file', line: null })),
  ];
}

/** Looks at one file, whatever its name, folder or extension: the content decides what is looked for. */
export function scanFile(entry: BundleEntry, setting: Setting): FileScan {
  const bytes = Buffer.from(entry.bytes.buffer, entry.bytes.byteOffset, entry.bytes.byteLength);
  const named = [...scanName(entry.path), ...spokenName(entry.path, setting)];
  const read = readText(bytes);
  if (read === undefined) {
    const strings = new Document(entry.path, Buffer.from(stringsOf(bytes)));
    // A string of a binary file has no line that a reader could find.
    const inside = [...scanThreats(strings, setting).findings, ...scanSecrets(strings)]
      .filter(({ layer, severity }) => severity === 'block' || layer === 'injection')
      .map((finding) => ({ ...finding, line: null }));
    return { findings: [...named, ...scanBinary(entry, setting.opened), ...inside], document: undefined };
  }
  const { findings, document } = scanReadable(entry.path, read.text, setting);
  // What was taken for UTF-16 may be a text between zeros.
  const raw = read.utf8 ? [] : scanSecrets(new Document(entry.path, Buffer.from(stringsOf(bytes))));
  return { findings: [...named, ...scanText(entry, read.text, read.utf8), ...findings, ...raw], document };
}
