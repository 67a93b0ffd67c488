import { Command } from 'commander';
import { z } from 'zod';
import { getDependencies, getSkill, getSkillDetail, listVersions } from '@loam/contracts/http/registry';
import { Failure } from '../failure';
import type { Output } from '../output';
import type { Client } from '../remote/client';
import type { Commands } from '../session';
import { moment, plain, size } from '../text';
import { kindOption, kindOptions } from './options';

const options = kindOptions.extend({ version: z.string().optional() });
type Detail = z.output<typeof getSkillDetail.response>;

interface Shown
  extends z.output<typeof getSkill.response>, Partial<Omit<Detail, keyof typeof getSkill.response.shape>> {
  readonly versions: z.output<typeof listVersions.response>;
  readonly dependencies?: z.output<typeof getDependencies.response>;
}

/** Says of an item that is not in the catalog whether it is archived. @throws always */
async function toldIfArchived(
  error: unknown,
  client: Client,
  given: { readonly params: { readonly slug: string }; readonly query: z.output<typeof kindOptions> },
): Promise<never> {
  if (!(error instanceof Failure) || error.facts.code !== 'skill-not-found') throw error;
  const versions = await client.call(listVersions, given);
  const archived = versions.filter(({ status }) => status === 'archived');
  if (archived.length === 0) throw error;
  const { slug } = given.params;
  throw new Failure({
    ...{ exitCode: error.facts.exitCode, code: error.facts.code },
    what: `${slug} is archived, with ${archived.map(({ version }) => version).join(', ')}.`,
    remedy: `\`loam unarchive ${slug} --kind ${given.query.kind}\` brings it back; --version shows one as it is.`,
  });
}

/** Use and neighbours are those of the item; an archived one is only known by its versions. */
async function gather(
  client: Client,
  slug: string,
  { kind, version }: z.output<typeof options>,
): Promise<Shown> {
  const given = { params: { slug }, query: { kind } };
  if (version !== undefined) {
    const asked = { params: { slug }, query: { kind, version } };
    const [skill, versions] = await Promise.all([
      client.call(getSkill, asked),
      client.call(listVersions, given),
    ]);
    return { ...skill, versions };
  }
  const [{ when_to_use, ...detail }, versions, dependencies] = await Promise.all([
    client.call(getSkillDetail, given).catch((error: unknown) => toldIfArchived(error, client, given)),
    client.call(listVersions, given),
    client.call(getDependencies, given),
  ]);
  return { ...detail, ...(when_to_use === null ? {} : { when_to_use }), versions, dependencies };
}

const useOf = ({ use_count: uses, last_used_at: last = null }: Shown): string => {
  if (uses === undefined) return '';
  return uses === null ? 'unknown at the moment' : `${String(uses)} times, last ${moment(last)}`;
};

const originOf = ({ published_by: author, bytes, fingerprint }: Shown): string =>
  author === undefined ? '' : `by ${author}, ${size(bytes ?? 0)}, ${fingerprint ?? ''}`;

function page(shown: Shown, output: Output): string {
  const { slug, version, kind, status, description, dependencies = [], required_by: dependants = [] } = shown;
  const facts: [string, string][] = [
    ['Newer', shown.newer === undefined ? '' : `${shown.newer.version} is ${shown.newer.status}`],
    ['Yanked', shown.yank_reason ?? ''],
    ['Safety', `${shown.verdict}, blast radius ${shown.blast_radius}`],
    ['When to use', shown.when_to_use ?? ''],
    ['Tags', shown.tags.join(', ')],
    ['Used', useOf(shown)],
    [
      'Decay',
      shown.decay == null
        ? ''
        : `candidate since ${moment(shown.decay.since)}: ${shown.decay.rules.join(', ')}`,
    ],
    ['Requires', dependencies.map((each) => `${each.slug}@${each.version_range}`).join(', ')],
    ['Required by', dependants.map((each) => each.slug).join(', ')],
    ['Published', originOf(shown)],
  ];
  const versions = shown.versions.map((each) => [
    each.version,
    each.status,
    each.verdict,
    moment(each.published_at),
    each.sha256,
  ]);
  return [
    `${slug} ${version} (${kind}, ${status})`,
    plain(description),
    '',
    ...facts
      .filter(([, fact]) => fact !== '')
      .map(([label, fact]) => `${`${label}:`.padEnd(13)}${plain(fact)}`),
    '',
    output.table(['VERSION', 'STATUS', 'SAFETY', 'PUBLISHED', 'SHA-256'], versions),
  ].join('\n');
}

export const showCommand = (run: Commands): Command =>
  new Command('show')
    .description('everything about one item: versions, dependencies, use')
    .argument('<slug>')
    .addOption(kindOption())
    .option(
      '--version <version>',
      'a version, a range such as ^1.2, or a channel; an archived item is shown by a version',
    )
    .action(
      run.action(options, async (session, asked, [slug = '']) => {
        const shown = await gather(await session.client(), slug, asked);
        session.output.result(shown, () => page(shown, session.output));
        return undefined;
      }),
    );
