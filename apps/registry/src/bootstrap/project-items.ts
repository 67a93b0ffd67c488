import { z } from 'zod';
import type { Output } from '@loam/contracts/define';
import type { Bootstrap } from '@loam/contracts/bootstrap';
import type { ProjectItem } from '@loam/contracts/projects';
import { catalogEntrySchema, type CatalogEntry } from '@loam/contracts/registry';
import { kindSchema, skillStatusSchema, verdictSchema, sha256Schema } from '@loam/contracts/skill';
import type { Tx } from '@loam/database';
import { VERSION } from '../catalog.queries';
import { isInstallable, selectVersion, type Channels } from '../select-version.rules';

type Resolved = Output<typeof Bootstrap>['projectItems'][number];
/** What an item of a project is at the moment, and what whoever asked should know about it. */
interface Resolution {
  readonly item: Resolved;
  readonly warnings: readonly string[];
}

const versionRows = z.array(
  z.object({
    kind: kindSchema,
    slug: z.string(),
    version: z.string(),
    status: skillStatusSchema,
    verdict: verdictSchema,
    sha256: sha256Schema,
  }),
);
type Version = z.output<typeof versionRows>[number];
const channelRows = z.array(
  z.object({ kind: kindSchema, slug: z.string(), channel: z.string(), version: z.string() }),
);

const OF_ITEMS = `JOIN unnest($1::text[], $2::text[]) AS wanted(kind, slug) USING (kind, slug)
  WHERE v.tenant_id = current_setting('loam.tenant')::uuid`;

const keyOf = ({ kind, slug }: { readonly kind: string; readonly slug: string }): string => `${kind} ${slug}`;

function groups<T extends { readonly kind: string; readonly slug: string }>(
  rows: readonly T[],
): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const row of rows) {
    const group = found.get(keyOf(row));
    if (group === undefined) found.set(keyOf(row), [row]);
    else group.push(row);
  }
  return found;
}

/** What each item of a project means at the moment: exact versions, in two queries however many items there are. */
export async function resolveItems(tx: Tx, items: readonly ProjectItem[]): Promise<Resolution[]> {
  const wanted = [items.map(({ kind }) => kind), items.map(({ slug }) => slug)];
  const versions = await tx.query<unknown[]>(
    `SELECT v.kind, v.slug, v.version, v.status, v.verdict, v.sha256 FROM skill_versions v ${OF_ITEMS}`,
    wanted,
  );
  const channels = await tx.query<unknown[]>(
    `SELECT v.kind, v.slug, v.channel, v.version FROM channels v ${OF_ITEMS} AND v.version IS NOT NULL`,
    wanted,
  );
  const versionsOf = groups(versionRows.parse(versions));
  const channelsOf = groups(channelRows.parse(channels));
  return items.map((item) => {
    const pointers = channelsOf.get(keyOf(item)) ?? [];
    return resolveItem(
      item,
      versionsOf.get(keyOf(item)) ?? [],
      new Map(pointers.map(({ channel, version }) => [channel, version])),
    );
  });
}

function resolveItem(
  { kind, slug, version: pin }: ProjectItem,
  versions: readonly Version[],
  channels: Channels,
): Resolution {
  const answer = (resolved: Resolved['resolved'], ...warnings: string[]): Resolution => ({
    ...{ item: { kind, slug, pin, resolved }, warnings },
  });
  if (kind === 'plugin') return answer(null, `The plugin ${slug} is kept; plugins are not expanded yet.`);
  if (versions.length === 0) return answer(null, `There is no ${kind} called ${slug} yet.`);
  const selection = selectVersion(pin, versions, channels);
  if ('rejected' in selection)
    return answer(null, `No version of the ${kind} ${slug} answers to ${pin ?? 'latest'}.`);
  const { version, newer } = selection;
  const chosen = versions.find((each) => each.version === version);
  if (chosen === undefined || !isInstallable(chosen))
    return answer(null, `The ${kind} ${slug} ${version} cannot be installed: ${whyNot(chosen)}.`);
  return answer(
    { version, sha256: chosen.sha256 },
    ...(chosen.status === 'published' ? [] : [`The ${kind} ${slug} ${version} is ${chosen.status}.`]),
    ...(newer === null
      ? []
      : [`The ${kind} ${slug} ${newer.version} is ${newer.status}; ${version} is older.`]),
  );
}

const whyNot = (version: Version | undefined): string =>
  version === undefined || version.status === 'erased'
    ? 'it was erased'
    : `its verdict is ${version.verdict}`;

/** The catalog's lines of exactly these versions of skills, in this order. */
export async function findExactly(
  tx: Tx,
  wanted: readonly { readonly slug: string; readonly version: string }[],
): Promise<CatalogEntry[]> {
  const found = await tx.query<unknown[]>(
    `SELECT ${VERSION} FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS w(slug, version, position)
     JOIN skill_versions v USING (slug, version)
     WHERE v.tenant_id = current_setting('loam.tenant')::uuid AND v.kind = 'skill' ORDER BY w.position`,
    [wanted.map(({ slug }) => slug), wanted.map(({ version }) => version)],
  );
  return catalogEntrySchema.array().parse(found);
}
