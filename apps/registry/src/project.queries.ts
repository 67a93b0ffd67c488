import { z } from 'zod';
import type {
  GetProject} from '@loam/contracts/projects';
import {
  ListProjects,
  projectItemSchema,
  type Project,
  type ProjectItem,
} from '@loam/contracts/projects';
import type { Tx } from '@loam/database';
import { reject, type Rejection } from '@loam/kernel';
import { normalizeRemote } from './git-remote';
import { noSuchProject } from './project.stream';

const OWN = "tenant_id = current_setting('loam.tenant')::uuid";
const utc = (column: string): string =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const PROJECT = `slug, name, description, git_remote AS "gitRemote", stack_tags AS "stackTags",
  plan_refresh_seconds AS "planRefreshSeconds", plan_pinned AS "planPinned",
  ${utc('created_at')} AS "createdAt", ${utc('updated_at')} AS "updatedAt",
  (SELECT count(*)::int FROM project_items i WHERE i.tenant_id = p.tenant_id AND i.project = p.slug) AS "itemCount"`;

const projectRow = ListProjects.output.element;
const itemRows = z.array(projectItemSchema);

export const findProjects = async (tx: Tx): Promise<Project[]> =>
  projectRow.array().parse(await tx.query(`SELECT ${PROJECT} FROM projects p WHERE ${OWN} ORDER BY slug`));

export async function findProject(tx: Tx, slug: string): Promise<Project | Rejection<'project-not-found'>> {
  const rows = await tx.query<unknown[]>(`SELECT ${PROJECT} FROM projects p WHERE ${OWN} AND slug = $1`, [
    slug,
  ]);
  return projectRow.optional().parse(rows[0]) ?? noSuchProject(slug);
}

/** A project with its items in their order. */
export async function findProjectWithItems(
  tx: Tx,
  slug: string,
): Promise<z.output<typeof GetProject.output> | Rejection<'project-not-found'>> {
  const project = await findProject(tx, slug);
  if ('rejected' in project) return project;
  const items = await tx.query<unknown[]>(
    `SELECT kind, slug, version FROM project_items WHERE ${OWN} AND project = $1 ORDER BY position`,
    [slug],
  );
  return { ...project, items: itemRows.parse(items) satisfies ProjectItem[] };
}

/** The project that a git remote belongs to, in whatever spelling. */
export async function findProjectByRemote(
  tx: Tx,
  remote: string,
): Promise<{ readonly slug: string; readonly name: string } | undefined> {
  const [found] = await tx.query<{ slug: string; name: string }[]>(
    `SELECT slug, name FROM projects WHERE ${OWN} AND git_remote = $1`,
    [normalizeRemote(remote) ?? ''],
  );
  return found;
}

interface Claim {
  /** In its one spelling. */
  readonly gitRemote: string | null;
  /** The other project that has it. */
  takenFrom(tx: Tx, slug: string): Promise<string | null>;
}

/** What a project that wants this git remote has to know. */
export function claimRemote(remote: string | null): Claim | Rejection<'remote-invalid'> {
  const gitRemote = remote === null ? null : normalizeRemote(remote);
  if (gitRemote === undefined)
    return reject('remote-invalid', 'A git remote is an address such as https://host/path.', '/git_remote');
  return {
    gitRemote,
    takenFrom: async (tx, slug) => {
      const owner = gitRemote === null ? undefined : await findProjectByRemote(tx, gitRemote);
      return owner === undefined || owner.slug === slug ? null : owner.slug;
    },
  };
}
