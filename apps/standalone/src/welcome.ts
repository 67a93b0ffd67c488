import { join, relative } from 'node:path';
import { styleText } from 'node:util';
import type { Stack } from '@loam/stack';

const styled = process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '';
const bold = (text: string): string => (styled ? styleText('bold', text) : text);
const dim = (text: string): string => (styled ? styleText('dim', text) : text);

/** What to show once Loam is ready. */
export function welcome({ url, tenant, token }: Stack, folders: { root: string; home: string }): string {
  const { root, home } = folders;
  const elsewhere = home === join(root, '.loam') ? '' : `LOAM_HOME='${home}' `;
  const loam = `${elsewhere}./bin/loam`;
  return [
    '',
    `${bold(`Loam is ready at ${url}`)} ${dim(`(${process.uptime().toFixed(1)} s)`)}`,
    '',
    `  tenant  ${tenant}`,
    `  token   ${token}`,
    '',
    'Try in another terminal:',
    '',
    `  ${loam} search flaky`,
    `  ${loam} show debugging-flaky-tests`,
    `  curl -H 'Authorization: Bearer ${token}' ${url}/v1/skills`,
    '',
    dim(
      `Logs are in ${relative(root, join(home, 'logs'))}. Ctrl-C ends Loam, npm run reset forgets everything.`,
    ),
  ].join('\n');
}
