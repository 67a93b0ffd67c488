import { Command } from 'commander';
import type { z } from 'zod';
import { z as schema } from 'zod';
import { getDependencies, getSkill, getSkillDetail, listVersions } from '@loam/contracts/http/registry';
import type { Output } from '../output';
import type { Client } from '../remote/client';
import type { Commands } from '../session';
import { moment, plain, size } from '../text';
import { kindOption, kindOptions } from './options';

const options = kindOptions.extend({ version: schema.string().optional() });
type Kind = z.output<typeof kindOptions>['kind'];

async function gather(
  client: Client,
  slug: string,
  { kind, version }: { kind: Kind; version?: string | undefined },
) {
  const given = { params: { slug }, query: { kind } };
  const [detail, versions, dependencies] = await Promise.all([
    client.call(getSkillDetail, given),
    client.call(listVersions, given),
    client.call(getDependencies, given),
  ]);
  if (version === undefined) return { ...detail, versions, dependencies };
  const asked = await client.call(getSkill, { params: { slug }, query: { kind, version } });
  return { ...detail, ...asked, versions, dependencies };
}
type Shown = Awaited<ReturnType<typeof gather>>;

const usageOf = ({ use_count: uses, last_used_at: last }: Shown): string =>
  uses === null ? 'unknown at the moment' : `${String(uses)} times, last ${moment(last)}`;

function page(shown: Shown, output: Output): string {
  const { slug, version, kind, status, description, when_to_use, tags, dependencies, required_by } = shown;
  const facts: [string, string][] = [
    ['When to use', when_to_use ?? ''],
    ['Tags', tags.join(', ')],
    ['Used', usageOf(shown)],
    ['Requires', dependencies.map((each) => `${each.slug}@${each.version_range}`).join(', ')],
    ['Required by', required_by.map((each) => each.slug).join(', ')],
    ['Published', `by ${shown.published_by}, ${size(shown.bytes)}, ${shown.fingerprint}`],
  ];
  const versions = shown.versions.map((each) => [
    each.version,
    each.status,
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
    output.table(['VERSION', 'STATUS', 'PUBLISHED', 'SHA-256'], versions),
  ].join('\n');
}

export const showCommand = (run: Commands): Command =>
  new Command('show')
    .description('everything about one item: versions, dependencies, use')
    .argument('<slug>')
    .addOption(kindOption())
    .option('--version <version>', 'description, tags and status of this version')
    .action(
      run.action(options, async (session, asked, [slug = '']) => {
        const shown = await gather(await session.client(), slug, asked);
        session.output.result(shown, () => page(shown, session.output));
        return undefined;
      }),
    );
