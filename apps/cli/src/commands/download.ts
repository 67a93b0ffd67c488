import { createHash, randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { readBundle } from '@loam/bundles';
import { downloadBundle, listVersions } from '@loam/contracts/http/registry';
import type { Kind } from '@loam/contracts/skill';
import { ExitCode, Failure, usageFailure } from '../failure';
import { extract } from '../local/extract';
import type { Client } from '../remote/client';
import type { Commands } from '../session';
import { size } from '../text';
import { notesInHeaders } from '../withheld';
import { kindOption, kindOptions } from './options';

const options = kindOptions.extend({
  version: z.string().optional(),
  output: z.string().optional(),
  extract: z.string().optional(),
});

interface Asked {
  readonly kind: Kind;
  readonly version?: string | undefined;
}

/** The version, its bytes, and proof that they are the published ones. */
async function fetchBundle(client: Client, slug: string, { kind, version }: Asked) {
  const { bytes, headers } = await client.bytes(downloadBundle, {
    params: { slug },
    query: { kind, version },
  });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const served = headers.get('x-loam-version') ?? version;
  const versions = await client.call(listVersions, { params: { slug }, query: { kind } });
  const published = versions.find((each) => each.version === served)?.sha256;
  const promised = published ?? headers.get('x-loam-sha256');
  if (served === undefined || promised !== sha256) {
    const what = `The bytes of ${slug} have the SHA-256 ${sha256}; ${promised ?? 'another one'} was published.`;
    const remedy = 'Nothing was written. Try again; if it happens again, tell the operator of the server.';
    throw new Failure({ exitCode: ExitCode.refused, code: 'digest-mismatch', what, remedy });
  }
  return { bytes, sha256, version: served, notes: notesInHeaders(slug, served, headers) };
}

/** The file appears when it is complete, and replaces a link rather than what the link points to. */
async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  const draft = `${file}.${randomUUID()}`;
  try {
    await writeFile(draft, bytes, { flag: 'wx' });
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

export const downloadCommand = (run: Commands): Command =>
  new Command('download')
    .description('fetch a bundle and check its digest')
    .argument('<slug>')
    .addOption(kindOption())
    .option('--version <version>', 'this version instead of the latest')
    .option('-o, --output <file>', 'the file to write; <slug>-<version>.tar.gz unless given')
    .option('--extract <folder>', 'unpack into this new folder instead')
    .action(
      run.action(
        options,
        async ({ output, world, client }, { output: file, extract: to, ...asked }, [slug = '']) => {
          if (file !== undefined && to !== undefined)
            throw usageFailure('--output and --extract exclude each other.');
          const { bytes, sha256, version, notes } = await fetchBundle(await client(), slug, asked);
          const place = resolve(world.cwd, to ?? file ?? `${slug}-${version}.tar.gz`);
          if (to === undefined) await writeWhole(place, bytes);
          else await extract((await readBundle(bytes, { deriveDescription: true })).entries, place);
          for (const note of notes) output.note(note);
          output.result({ slug, kind: asked.kind, version, sha256, bytes: bytes.length, path: place }, () =>
            [`${slug} ${version}, ${size(bytes.length)}, SHA-256 ${sha256}`, place].join('\n'),
          );
          return undefined;
        },
      ),
    );
