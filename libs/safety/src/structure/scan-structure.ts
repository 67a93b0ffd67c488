import type { BundleEntry } from '@loam/bundles';
import type { Finding, Severity } from '../finding';
import { contradicts, type FileType, isDocument, typeOf } from './magic';

const RULES = {
  'executable-file': ['review', 'A compiled program, which nobody can read.'],
  'disguised-file': ['block', 'The content is not what the name promises.'],
  'hidden-bytecode': ['review', 'Compiled code, which nobody can read.'],
  'nested-archive': ['info', 'An archive inside the bundle, whose files were scanned with it.'],
  'closed-archive': ['review', 'An archive inside the bundle, which could not be looked into.'],
  'macro-document': ['review', 'A document with macros.'],
  'active-pdf': ['review', 'A PDF with actions, scripts or files inside.'],
  'appended-data': ['review', 'Data behind the end of an image.'],
  'active-image': ['review', 'A drawing with scripts inside.'],
  'odd-encoding': ['info', 'A text that is not in UTF-8.'],
  'credential-file-name': ['review', 'A file with the name of one that holds credentials.'],
  'nested-skill': ['info', 'Another skill inside this one.'],
  'client-configuration': [
    'review',
    'Brings settings that programs load from the folder they stand in, and that run commands.',
  ],
  'opaque-file': ['info', 'A binary file, of which only readable strings were looked at.'],
} as const satisfies Record<string, readonly [Severity, string]>;

type StructureRule = keyof typeof RULES;

/** Versions the structural rules: their texts and weights. */
export const structureRules: readonly unknown[] = Object.entries(RULES);

const CREDENTIAL_NAME =
  /(?:^|\/)(?:\.netrc|_netrc|id_(?:rsa|dsa|ecdsa|ed25519)|\.git-credentials|\.pgpass|\.htpasswd|credentials|wallet\.dat|[^/]+\.(?:pfx|p12|kdbx|keystore|jks|ppk))$|(?:^|\/)\.(?:ssh|aws|gnupg|azure)\//i;
/** Files that an editor, a shell or an agent takes up from a folder by itself. */
const CONFIGURATION =
  /(?:^|\/)(?:\.vscode\/(?:tasks|settings|launch)\.json|\.idea\/|\.envrc|\.git\/|\.husky\/|\.npmrc|\.pypirc|\.bashrc|\.zshrc|\.profile|\.bash_profile|\.zshenv|sitecustomize\.py|usercustomize\.py|[^/]+\.pth|\.claude\/settings(?:\.local)?\.json|\.mcp\.json|\.cursor\/mcp\.json|desktop\.ini|autorun\.inf|[^/]+\.(?:lnk|url|desktop|scr|hta|vbs|vbe|wsf|jse|reg|inf|command|plist|service))$/i;
const HARMLESS_CONFIGURATION =
  /(?:^|\/)\.vscode\/(?:settings|launch)\.json$|\.npmrc$|\.mcp\.json$|\.plist$|\.service$|\.reg$|\.inf$|\.url$|\.desktop$/i;

const extensionOf = (path: string): string => /\.([^./]{1,10})$/.exec(path)?.[1]?.toLowerCase() ?? '';

/** Where the image ends, for the two formats whose end is marked; -1 where it is not found. */
function imageEnd(bytes: Buffer): number {
  if (bytes.subarray(1, 4).toString('latin1') === 'PNG') {
    const end = bytes.indexOf('IEND', 8, 'latin1');
    return end === -1 ? -1 : end + 8;
  }
  if (bytes[0] === 0xff) {
    const end = bytes.lastIndexOf(Buffer.from([0xff, 0xd9]));
    return end === -1 ? -1 : end + 2;
  }
  return -1;
}

function imageRules(bytes: Buffer): StructureRule[] {
  const end = imageEnd(bytes);
  const rest = end === -1 ? bytes : bytes.subarray(end);
  const hidden =
    (end !== -1 && rest.length > 64) ||
    (bytes.includes('PK\x03\x04', 16, 'latin1') && bytes.includes('PK\x05\x06', 16, 'latin1')) ||
    bytes.includes('<?php', 0, 'latin1');
  return hidden ? ['appended-data'] : [];
}

function binaryRules(type: FileType, extension: string, bytes: Buffer, opened: boolean): StructureRule[] {
  switch (type) {
    case 'executable':
      return ['executable-file'];
    case 'bytecode':
    case 'wasm':
      return ['hidden-bytecode'];
    case 'archive':
      if (!isDocument(extension)) return [opened ? 'nested-archive' : 'closed-archive'];
      return bytes.includes('vbaProject.bin', 0, 'latin1') ? ['macro-document'] : ['opaque-file'];
    case 'office':
      return bytes.includes('V\0B\0A\0', 0, 'latin1') || bytes.includes('Macros', 0, 'latin1')
        ? ['macro-document']
        : ['opaque-file'];
    case 'pdf':
      return /\/(?:JavaScript|JS|Launch|EmbeddedFile|OpenAction|RichMedia|SubmitForm)\b/.test(
        bytes.toString('latin1'),
      )
        ? ['active-pdf']
        : [];
    case 'image':
      return imageRules(bytes);
    case 'database':
    case 'font':
    case 'media':
    case 'unknown':
      return ['opaque-file'];
  }
}

/** What a binary file is, and whether its name says so. */
export function scanBinary({ path, bytes: raw }: BundleEntry, opened: ReadonlySet<string>): Finding[] {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  const extension = extensionOf(path);
  const type = typeOf(bytes);
  const readable =
    /^(?:md|mdx|txt|json|ya?ml|toml|csv|html?|css|xml|svg|py|js|ts|sh|rb|pl|php|go|rs|java|c|h|sql|ini|cfg|conf|log)$/.test(
      extension,
    );
  const disguised = contradicts(extension, type) || (readable && type !== 'unknown');
  return [
    ...(disguised ? (['disguised-file'] as const) : []),
    ...binaryRules(type, extension, bytes, opened.has(path)),
  ].map((rule) => finding(rule, path));
}

/** What the name and the frame of a text say. */
export function scanText({ path }: BundleEntry, text: string, utf8: boolean): Finding[] {
  const extension = extensionOf(path);
  const rules: StructureRule[] = utf8 ? [] : ['odd-encoding'];
  // A drawing is text; every other name of a binary file on a text hides what it is.
  if (extension !== 'svg' && text.trim() !== '' && contradicts(extension, 'unknown'))
    rules.push('disguised-file');
  if (extension === 'svg' && /<script|\bon(?:load|error|click|begin)\s*=|javascript:/i.test(text))
    rules.push('active-image');
  return rules.map((rule) => finding(rule, path));
}

/** What the name of a file says. */
export function scanName(path: string): Finding[] {
  const rules: StructureRule[] = [];
  if (CREDENTIAL_NAME.test(path)) rules.push('credential-file-name');
  if (path.endsWith('/SKILL.md')) rules.push('nested-skill');
  const configures = CONFIGURATION.test(path);
  return [
    ...rules.map((rule) => finding(rule, path)),
    ...(configures
      ? [
          {
            ...finding('client-configuration', path),
            severity: HARMLESS_CONFIGURATION.test(path) ? ('info' as const) : ('review' as const),
          },
        ]
      : []),
  ];
}

const finding = (rule: StructureRule, file: string): Finding => ({
  rule,
  layer: 'structure',
  severity: RULES[rule][0],
  file,
  line: null,
  message: RULES[rule][1],
});
