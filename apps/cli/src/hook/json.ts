import { readFileSync } from 'node:fs';

export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The fields of a JSON object; none of anything else. @throws SyntaxError for what is no JSON */
export function parseFields(text: string): Fields {
  const value: unknown = JSON.parse(text);
  return isFields(value) ? value : {};
}

/** The fields that a file holds: undefined where there is no file. @throws SyntaxError for what is no JSON */
export function readFields(file: string): Fields | undefined {
  const text = textOf(file);
  return text === undefined ? undefined : parseFields(text);
}

/** What a file holds, where it can be read. */
export function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
