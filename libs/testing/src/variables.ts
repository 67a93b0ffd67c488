import { z } from 'zod';
import { documentedTable } from './documented-table';

const isRequired = (field: unknown): boolean =>
  field instanceof z.ZodType && !field.safeParse(undefined).success;

function defaultOf(field: unknown): string {
  if (field instanceof z.ZodDefault) {
    const value = String(field.def.defaultValue);
    return value === '' ? 'empty' : `\`${value}\``;
  }
  return isRequired(field) ? 'required' : 'none';
}

/** The variables that a configuration reads, as docs/operations.md lists them: name and default. */
export const readVariables = (...configs: readonly z.ZodType[]): string[] =>
  configs
    .map((config) => (config instanceof z.ZodPipe ? config.in : config))
    .flatMap((object) => (object instanceof z.ZodObject ? Object.entries(object.shape) : []))
    .map(([name, field]) => `\`${name}\` | ${defaultOf(field)}`)
    .sort();

/** The same as docs/operations.md says it. */
export const documentedVariables = (section: string): Promise<string[]> =>
  documentedTable('operations.md', section, 2);
