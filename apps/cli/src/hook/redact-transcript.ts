import { redactAndCut } from '@loam/redaction';
import { isFields } from './json';

/** By which records refer to each other; they are identifiers and say nothing. */
const REFERENCES: ReadonlySet<string> = new Set([
  ...['uuid', 'parentUuid', 'logicalParentUuid', 'leafUuid', 'sessionId', 'session_id', 'promptId'],
  ...['id', 'requestId', 'messageId', 'tool_use_id', 'sourceToolUseID', 'agentId', 'timestamp'],
]);
const REFERENCE = /^[\w.:-]{1,128}$/;
/** A secret may call itself an identifier. */
const isReference = (key: string, text: string): boolean =>
  REFERENCES.has(key) &&
  REFERENCE.test(text) &&
  (UUID_OR_TIME.test(text) || redactAndCut(text, 128) === text);
const UUID_OR_TIME = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT[\d:.]+Z)$/;

const MOST_TEXT = 32_768;
/** Longer texts are images and other data. */
const MOST_READ = 262_144;
const MOST_DEPTH = 64;
const CUT = '[CUT]';

/** Texts that name the folders of this machine, and what stands for them. */
type Folders = readonly (readonly [folder: string, name: string])[];

function redactText(text: string, folders: Folders): string {
  if (text.length > MOST_READ) return CUT;
  const relative = folders.reduce((left, [folder, name]) => left.replaceAll(folder, name), text);
  return redactAndCut(relative, MOST_TEXT);
}

function redactValue(value: unknown, folders: Folders, key: string, depth: number): unknown {
  if (typeof value === 'string') return isReference(key, value) ? value : redactText(value, folders);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MOST_DEPTH) return CUT;
  if (Array.isArray(value)) return value.map((each: unknown) => redactValue(each, folders, '', depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, each]: [string, unknown]) => [
      redactText(name, folders),
      redactValue(each, folders, name, depth + 1),
    ]),
  );
}

const isFolder = (folder: unknown): folder is string => typeof folder === 'string' && folder.length > 3;

/**
 * One line of a transcript without secrets and personal data. Paths inside the project become relative to it, and the
 * home folder `~`, so that files can still be told apart. A line that is no JSON is a text.
 */
export function redactLine(line: string, home: string): string {
  const withHome: Folders = isFolder(home) ? [[home, '~']] : [];
  try {
    const record: unknown = JSON.parse(line);
    const cwd = isFields(record) ? record['cwd'] : undefined;
    const folders: Folders = isFolder(cwd) ? [[cwd, '.'], ...withHome] : withHome;
    return JSON.stringify(redactValue(record, folders, '', 0));
  } catch {
    return redactText(line, withHome).replaceAll('\n', ' ');
  }
}
