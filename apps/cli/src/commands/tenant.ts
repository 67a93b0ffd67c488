import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { downloadExport, exportTenant, getTransfer, importTenant } from '@loam/contracts/http/transfer';
import type { Transfer } from '@loam/contracts/transfer';
import { ExitCode, Failure, usageFailure } from '../failure';
import type { Client } from '../remote/client';
import type { Commands, Session } from '../session';
import { size } from '../text';
import { writeStream } from '../local/write-stream';

const LOOK_MS = 250;

/** Looks until a transfer has ended. @throws Failure where it has failed */
async function follow({ output }: Session, client: Client, slug: string, begun: Transfer): Promise<Transfer> {
  const progress = output.progress(begun.direction === 'export' ? 'Exporting' : 'Importing');
  let transfer = begun;
  while (transfer.status === 'waiting' || transfer.status === 'running') {
    await new Promise((wake) => setTimeout(wake, LOOK_MS));
    transfer = await client.call(getTransfer, { params: { slug, id: transfer.id } });
    progress.show(transfer.progress.done, transfer.progress.total);
  }
  progress.end();
  if (transfer.error === null) return transfer;
  const what = `The archive was not taken in: ${transfer.error.detail}`;
  const remedy = 'Nothing of it was stored.';
  throw new Failure({ exitCode: ExitCode.refused, code: transfer.error.code, what, remedy });
}

const exportOptions = z.object({ output: z.string().optional() });

async function runExport(session: Session, { output: file }: z.output<typeof exportOptions>, slug: string) {
  const { world, output } = session;
  if (file === undefined && world.stdout.isTTY === true)
    throw usageFailure('The archive is not for a terminal.', `loam tenant export ${slug} > ${slug}.tar`);
  if (file === undefined && output.json)
    throw usageFailure('--json needs --output, since the archive takes standard output.');
  const client = await session.client();
  const begun = await client.call(exportTenant, { params: { slug } });
  const { id } = await follow(session, client, slug, begun);
  const { body, headers } = await client.stream(downloadExport, { params: { slug, id } });
  const place = file === undefined ? undefined : resolve(world.cwd, file);
  const { sha256, bytes } = await writeStream(
    body,
    place ?? world.stdout,
    headers.get('x-loam-sha256') ?? '',
  );
  const summary = `${slug}, ${size(bytes)}, SHA-256 ${sha256}`;
  if (place === undefined) output.note(summary);
  else output.result({ slug, sha256, bytes, path: place }, () => `${summary}\n${place}`);
  return undefined;
}

async function runImport(session: Session, slug: string, file: string) {
  const { world, output } = session;
  const place = file === '-' ? undefined : resolve(world.cwd, file);
  if (place !== undefined && (await stat(place).catch(() => undefined)) === undefined)
    throw usageFailure(`There is no ${place}.`);
  const client = await session.client();
  const upload = place === undefined ? world.stdin : createReadStream(place);
  const begun = await client.call(importTenant, { params: { slug }, upload });
  const done = await follow(session, client, slug, begun);
  output.result(done, () => `Imported ${slug}: ${done.progress.total} steps, ${size(done.bytes ?? 0)}.`);
  return undefined;
}

export const tenantCommand = (run: Commands): Command =>
  new Command('tenant')
    .description("for operators: move a tenant's whole catalog, with its history, to another instance")
    .addCommand(
      new Command('export')
        .description('write events and bundles of a tenant as one tar archive to standard output')
        .argument('<slug>')
        .option('-o, --output <file>', 'write to this file instead')
        .action(
          run.action(exportOptions, (session, options, [slug = '']) => runExport(session, options, slug)),
        ),
    )
    .addCommand(
      new Command('import')
        .description('take an archive into the tenant of the same slug, which must exist and have no catalog')
        .argument('<slug>')
        .argument('[file]', 'the archive, or - for standard input', '-')
        .action(
          run.action(z.object({}), (session, _options, [slug = '', file = '-']) =>
            runImport(session, slug, file),
          ),
        ),
    );
