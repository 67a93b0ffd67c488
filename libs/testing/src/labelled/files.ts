import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';

/** `tuning` may be looked at while rules are written; `held-out` only judges them. */
export type Part = 'tuning' | 'held-out';

type LabelledSet = 'safety' | 'search' | 'sessions' | 'duplicates';

const root = resolve(__dirname, '../../../..');

/** The parsed files of a part, in the order of their names; the name alone says to which part a file belongs. */
export function readPart(set: LabelledSet, part: Part): unknown[] {
  return readdirSync(join(root, 'evaluation', set))
    .filter((name) => name.startsWith(`${part}-`) && name.endsWith('.yaml'))
    .toSorted()
    .map((name) => readSet(set, name));
}

/** One parsed file of `evaluation/`. */
export function readSet(set: LabelledSet, name: string): unknown {
  return parse(readFileSync(join(root, 'evaluation', set, name), 'utf8'));
}

/** The folder of published skills that the variable LOAM_CORPUS names or that lies beside the repository. */
export function corpusFolder(): string | undefined {
  return [process.env['LOAM_CORPUS'], resolve(root, '../shared/corpus')].find(
    (folder) => folder !== undefined && existsSync(folder),
  );
}
