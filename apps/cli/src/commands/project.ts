import { Command } from 'commander';
import { z } from 'zod';
import {
  changeProject,
  createProject,
  getProject,
  listProjects,
  putProjectItems,
} from '@loam/contracts/http/projects';
import { projectItemKindSchema, type ProjectItem } from '@loam/contracts/projects';
import { usageFailure } from '../failure';
import { originOf } from '../local/origin';
import { wordList, type Commands } from '../session';
import { moment, plain } from '../text';
import { countSchema } from './options';

const list = (run: Commands): Command =>
  new Command('list').description('all projects').action(
    run.action(z.object({}), async ({ output, client }) => {
      const projects = await (await client()).call(listProjects, {});
      output.result(projects, () =>
        projects.length === 0
          ? 'No projects.'
          : output.table(
              ['SLUG', 'ITEMS', 'REMOTE', 'NAME'],
              projects.map(({ slug, name, git_remote, item_count }) => [
                ...[slug, String(item_count), git_remote ?? '', name],
              ]),
            ),
      );
      return undefined;
    }),
  );

type Shown = z.output<typeof getProject.response>;

const factsOf = (project: Shown): [string, string][] => [
  ['Description', project.description ?? ''],
  ['Remote', project.git_remote ?? ''],
  ['Stack', project.stack_tags.join(', ')],
  ['Plan', planOf(project)],
  ['Changed', moment(project.updated_at)],
];

function planOf({ plan_auto_refresh_interval_secs: seconds, plan_pinned: pinned }: Shown): string {
  if (pinned) return 'a chosen version, which is not refreshed by itself';
  return seconds === null ? '' : `refreshed every ${String(seconds)} s`;
}

const show = (run: Commands): Command =>
  new Command('show')
    .description('a project with its items')
    .argument('<slug>')
    .action(
      run.action(z.object({}), async ({ output, client }, _, [slug = '']) => {
        const project = await (await client()).call(getProject, { params: { slug } });
        const items = project.items.map((item) => [item.kind, item.skill_slug, item.version ?? 'latest']);
        output.result(project, () =>
          [
            `${project.slug}: ${plain(project.name)}`,
            ...factsOf(project)
              .filter(([, fact]) => fact !== '')
              .map(([label, fact]) => `${`${label}:`.padEnd(13)}${plain(fact)}`),
            ...(items.length === 0 ? [] : ['', output.table(['KIND', 'SLUG', 'VERSION'], items)]),
          ].join('\n'),
        );
        return undefined;
      }),
    );

const settings = z.object({
  name: z.string().optional(),
  description: z.string().optional(),
  remote: z.string().optional(),
  stack: wordList.optional(),
  refresh: countSchema.optional(),
});

const create = (run: Commands): Command =>
  new Command('create')
    .description('create a project')
    .argument('<slug>')
    .option('--name <text>', 'instead of its slug')
    .option('--description <text>', 'what it is about')
    .option('--remote <address>', 'the git remote by which it is recognised')
    .option('--stack <list>', 'its technologies, separated by commas')
    .option('--refresh <seconds>', 'how often its plan is fetched again')
    .action(
      run.action(settings, async ({ output, client }, chosen, [slug = '']) => {
        const { name = slug, description, remote: git_remote, stack: stack_tags, refresh } = chosen;
        const body = { slug, name, description, git_remote, stack_tags };
        const project = await (
          await client()
        ).call(createProject, { body: { ...body, plan_auto_refresh_interval_secs: refresh } });
        output.result(project, () => `Created the project ${project.slug}.`);
        return undefined;
      }),
    );

const ITEM = /^(?:([a-z]+):)?([^@:]+)(?:@(.+))?$/;

/** `writing-changelogs`, `writing-changelogs@^1.2`, `agent:reviewer@2.0.0`. */
function itemOf(text: string): ProjectItem {
  const [, kind = 'skill', slug = '', version = null] = ITEM.exec(text) ?? [];
  const known = projectItemKindSchema.safeParse(kind);
  if (slug === '' || !known.success)
    throw usageFailure(
      `"${text}" is no item.`,
      `Write [KIND:]SLUG[@VERSION], KIND being one of ${projectItemKindSchema.options.join(', ')}.`,
    );
  return { kind: known.data, slug, version };
}

const items = (run: Commands): Command =>
  new Command('items')
    .description('set what a project wants installed, in this order; without items, nothing')
    .argument('<slug>')
    .argument('[items...]', '[KIND:]SLUG[@VERSION]')
    .action(
      run.action(z.object({}), async ({ output, client }, _, [slug = '', ...texts]) => {
        const body = texts.map(itemOf);
        await (await client()).call(putProjectItems, { params: { slug }, body });
        output.result(
          body,
          () => `${slug} has ${String(body.length)} ${body.length === 1 ? 'item' : 'items'}.`,
        );
        return undefined;
      }),
    );

const link = (run: Commands): Command =>
  new Command('link')
    .description('have a project recognised by the git remote of this folder, for everybody')
    .argument('<slug>')
    .option('--remote <address>', 'instead of the remote called origin')
    .action(
      run.action(z.object({ remote: z.string().optional() }), async (session, chosen, [slug = '']) => {
        const git_remote = chosen.remote ?? (await originOf(session.world));
        if (git_remote === undefined)
          throw usageFailure('This folder has no git remote called origin.', 'Give one with --remote.');
        const client = await session.client();
        const project = await client.call(changeProject, { params: { slug }, body: { git_remote } });
        session.output.result(project, () => `${project.slug} is ${project.git_remote ?? ''}.`);
        return undefined;
      }),
    );

export const projectCommand = (run: Commands): Command =>
  new Command('project')
    .description('what a team wants installed in a repository')
    .addCommand(list(run), { isDefault: true })
    .addCommand(show(run))
    .addCommand(create(run))
    .addCommand(items(run))
    .addCommand(link(run));
