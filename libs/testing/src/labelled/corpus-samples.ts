import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { corpusFolder } from './files';
import type { SafetySample } from './safety-samples';

function textsOf(corpus: string): Map<string, string> {
  const files = readdirSync(corpus, { recursive: true, withFileTypes: true }).filter((item) => item.isFile());
  const paths = files.map((item) => join(item.parentPath, item.name)).toSorted();
  return new Map(paths.map((path) => [relative(corpus, path), readFileSync(path, 'utf8')]));
}

/**
 * The corpus as harmless bundles, since people published and use them: each skill with its files, each agent and
 * command as a bundle of one file. Empty where there is no corpus.
 */
export function loadCorpusSamples(): SafetySample[] {
  const corpus = corpusFolder();
  if (corpus === undefined) return [];
  const texts = textsOf(corpus);
  const sample = (id: string, files: Record<string, string>): SafetySample => ({
    ...{ id, label: 'benign', class: 'corpus', part: 'tuning', files },
  });
  return [...texts].flatMap(([path, text]) => {
    if (/(^|\/)(agents|commands)\/[^/]+\.md$/.test(path)) return [sample(path, { 'SKILL.md': text })];
    if (!path.endsWith('/SKILL.md')) return [];
    const folder = `${dirname(path)}/`;
    const members = [...texts].filter(([member]) => member.startsWith(folder));
    return [
      sample(
        dirname(path),
        Object.fromEntries(members.map(([name, body]) => [name.slice(folder.length), body])),
      ),
    ];
  });
}
