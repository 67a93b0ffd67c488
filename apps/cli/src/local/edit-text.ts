import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { usageFailure } from '../failure';
import type { World } from '../world';

/**
 * Opens a text in the editor of `$VISUAL` or `$EDITOR`, which may be a command with options, as git has it.
 * @returns the text as it was left
 * @throws Failure where there is no editor, or it ended otherwise than well
 */
export async function editText(text: string, { env, cwd }: Pick<World, 'env' | 'cwd'>): Promise<string> {
  const editor = env['VISUAL'] ?? env['EDITOR'];
  if (editor === undefined) throw usageFailure('There is no editor.', 'Set EDITOR, or give --file.');
  const folder = await mkdtemp(join(tmpdir(), 'loam-draft-'));
  const file = join(folder, 'SKILL.md');
  try {
    await writeFile(file, text, { mode: 0o600 });
    // The shell splits the command; the file's name comes in as an argument and is not read as shell.
    const child = spawn('sh', ['-c', `${editor} "$@"`, editor, file], { cwd, env, stdio: 'inherit' });
    const code = await new Promise((resolve, fail) => child.on('close', resolve).on('error', fail));
    if (code !== 0) throw usageFailure(`${editor} did not end well; nothing was changed.`);
    return await readFile(file, 'utf8');
  } finally {
    await rm(folder, { recursive: true });
  }
}
