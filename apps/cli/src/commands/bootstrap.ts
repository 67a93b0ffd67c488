import { Command } from 'commander';
import { z } from 'zod';
import { bootstrap } from '@loam/contracts/http/bootstrap';
import { resolveProject } from '@loam/contracts/http/projects';
import { Failure, usageFailure } from '../failure';
import { originOf } from '../local/origin';
import type { Output } from '../output';
import type { Client } from '../remote/client';
import type { Commands } from '../session';
import { versionCell } from '../withheld';

const options = z.object({
  stack: z.string().optional(),
  project: z.string().optional(),
  limit: z.coerce.number('must be a number').int('must be a whole number').min(0).max(100),
});

/** The project that the folder's git remote belongs to, if any. */
async function projectOf(client: Client, remote: string | undefined): Promise<string | undefined> {
  if (remote === undefined) return undefined;
  try {
    return (await client.call(resolveProject, { query: { remote } })).slug;
  } catch (error) {
    if (error instanceof Failure && error.facts.code === 'project-not-found') return undefined;
    throw error;
  }
}

type Answer = z.output<typeof bootstrap.response>;

function page({ project, project_items: items = [], skills }: Answer, output: Output): string {
  const listed = items.map(({ kind, slug, resolved }) => [
    kind,
    slug,
    resolved?.version ?? 'nothing',
    'project',
  ]);
  const own = new Set(items.map(({ kind, slug }) => `${kind} ${slug}`));
  const recommended = skills
    .filter(({ kind, slug }) => !own.has(`${kind} ${slug}`))
    .map((skill) => [skill.kind, skill.slug, versionCell(skill), 'recommended']);
  const rows = [...listed, ...recommended];
  const heading = project ? [`Project ${project.slug}`, ''] : [];
  return [
    ...heading,
    rows.length === 0 ? 'Nothing to install.' : output.table(['KIND', 'SLUG', 'VERSION', 'WHY'], rows),
  ].join('\n');
}

export const bootstrapCommand = (run: Commands): Command =>
  new Command('bootstrap')
    .description('what to install here: what the project lists, and what is recommended for its stack')
    .option('--stack <list>', 'technologies, separated by commas')
    .option('--project <slug>', 'instead of the one that the git remote of this folder belongs to')
    .option('--limit <n>', 'at most so many recommendations', '8')
    .action(
      run.action(options, async (session, { stack, limit, ...chosen }) => {
        const client = await session.client();
        const project = chosen.project ?? (await projectOf(client, await originOf(session.world)));
        if (stack === undefined && project === undefined)
          throw usageFailure('This folder belongs to no project.', 'Give --stack or --project.');
        const answer = await client.call(bootstrap, { query: { stack, project, limit } });
        for (const warning of answer.warnings) session.output.note(warning);
        if (answer.truncated > 0)
          session.output.note(`${String(answer.truncated)} more are recommended; see --limit.`);
        session.output.result(answer, () => page(answer, session.output));
        return undefined;
      }),
    );
