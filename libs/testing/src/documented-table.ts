import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The rows of the table below a heading `#### …` in a page of docs/, sorted, each with its first cells joined by
 * ` | `. Rows whose first cell is no code are left out.
 */
export async function documentedTable(page: string, heading: string, columns: number): Promise<string[]> {
  const text = await readFile(join(__dirname, '../../../docs', page), 'utf8');
  const [, section = ''] = text.split(`#### ${heading}\n`);
  const [table = ''] = section.split('\n#');
  return table
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').slice(1, columns + 1))
    .map((cells) => cells.map((cell) => cell.trim()).join(' | '))
    .sort();
}
