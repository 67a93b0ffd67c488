import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crashPoints } from '@loam/kernel';

const root = join(__dirname, '../../..');

async function pointsInSources(): Promise<string[]> {
  const found: string[] = [];
  for (const part of ['apps', 'libs']) {
    const entries = await readdir(join(root, part), { recursive: true, withFileTypes: true });
    const sources = entries.filter(({ name }) => /(?<!\.(spec|fixtures|features))\.ts$/.test(name));
    for (const { parentPath, name } of sources) {
      const text = await readFile(join(parentPath, name), 'utf8');
      found.push(...Array.from(text.matchAll(/\bcrashPoint\('([^']+)'\)/g), ([, point = '']) => point));
    }
  }
  return found;
}

it('every crash point is a step of the program, and each step is one line', async () => {
  expect((await pointsInSources()).sort()).toEqual([...crashPoints].sort());
});
