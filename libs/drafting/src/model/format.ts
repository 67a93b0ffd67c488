import { z } from 'zod';

/** The JSON Schema that is sent to a provider: an object that holds what is listed and nothing else. */
export function formatOf(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _version, ...format } = z.toJSONSchema(schema);
  return format;
}
