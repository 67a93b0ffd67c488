import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { coerce, valid } from 'semver';
import { z } from 'zod';

/** The plugin that a skill, agent or command comes with. */
export interface Plugin {
  readonly name: string;
  readonly version: string | undefined;
}

/** Plugins are versioned by people: `1.0`, `v2` and 3 are taken for 1.0.0, 2.0.0 and 3.0.0. */
const versionSchema = z
  .union([z.string(), z.number()])
  .transform((written) => valid(String(written)) ?? coerce(String(written))?.version)
  .optional()
  .catch(undefined);

const manifestSchema = z.object({
  name: z.string().min(1).optional().catch(undefined),
  version: versionSchema,
});

/** Reads the manifest of a plugin; undefined where the folder is none. A broken manifest still makes a plugin. */
export async function readPlugin(folder: string): Promise<Plugin | undefined> {
  const text = await readFile(join(folder, '.claude-plugin/plugin.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const manifest = manifestSchema.safeParse(jsonOf(text)).data;
  return { name: manifest?.name ?? basename(folder), version: manifest?.version };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
