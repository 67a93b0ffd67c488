import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { extract, pack } from 'tar-stream';
import { z } from 'zod';
import { downloadExport, exportTenant, getTransfer, importTenant } from '@loam/contracts/http/transfer';
import type { Transfer } from '@loam/contracts/transfer';
import { eventually } from '@loam/testing';
import type { Caller } from './caller.fixtures';

/** Waits until a transfer has ended, whichever way. */
export const ended = (operator: Caller, slug: string, id: string): Promise<Transfer> =>
  eventually(async () => {
    const transfer = await operator.call(getTransfer, { params: { slug, id } });
    expect(['done', 'failed']).toContain(transfer.status);
    return transfer;
  }, 120_000);

/** The archive of a tenant, which must be what the transfer says of it. */
export async function exported(operator: Caller, slug: string): Promise<Buffer> {
  const { id } = await operator.call(exportTenant, { params: { slug } });
  const transfer = await ended(operator, slug, id);
  const response = await operator.send(downloadExport, { params: { slug, id } });
  const archive = Buffer.from(await response.arrayBuffer());
  expect(transfer).toMatchObject({
    status: 'done',
    error: null,
    bytes: archive.length,
    sha256: sha256Of(archive),
  });
  expect(transfer.progress.done).toBe(transfer.progress.total);
  return archive;
}

/** Sends an archive, whatever it is. */
export const send = ({ url, token }: Caller, slug: string, archive: Uint8Array, type = 'application/x-tar') =>
  fetch(`${url}${importTenant.path.replace('{slug}', slug)}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token ?? ''}`, 'content-type': type },
    body: new Uint8Array(archive),
  });

/** Begins an import, which must be accepted. */
export async function begun(operator: Caller, slug: string, archive: Uint8Array): Promise<Transfer> {
  const response = await send(operator, slug, archive);
  expect(response.status).toBe(202);
  return importTenant.response.parse(await response.json());
}

/** Imports, and waits for how it ends. */
export const imported = async (operator: Caller, slug: string, archive: Uint8Array): Promise<Transfer> =>
  ended(operator, slug, (await begun(operator, slug, archive)).id);

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export interface Part {
  readonly name: string;
  readonly bytes: Buffer;
}

/** The parts of an archive. */
export async function partsOf(archive: Buffer): Promise<Part[]> {
  const parts: Part[] = [];
  const tar = extract();
  Readable.from([archive]).pipe(tar);
  for await (const entry of tar) parts.push({ name: entry.header.name, bytes: await buffer(entry) });
  return parts;
}

/** An archive of these parts as they are. */
export function archiveOf(parts: readonly Part[]): Promise<Buffer> {
  const tar = pack();
  for (const { name, bytes } of parts) tar.entry({ name }, bytes);
  tar.finalize();
  return buffer(tar);
}

const manifestSchema = z.looseObject({ events: z.looseObject({}), bundles: z.looseObject({}) });
type Event = Record<string, unknown> & { readonly data: Record<string, unknown> };

/** The archive with other events, and a manifest that says so: what only the events themselves can betray. */
export async function forged(
  archive: Buffer,
  change: (events: Event[]) => readonly object[],
): Promise<Buffer> {
  const parts = await partsOf(archive);
  const textOf = (name: string) => parts.find((part) => part.name === name)?.bytes.toString() ?? '';
  // As they are: a schema would write their fields in another order.
  const eventSchema = z.custom<Event>(
    (value) => typeof value === 'object' && value !== null && 'data' in value,
  );
  const events = textOf('events.ndjson')
    .split('\n')
    .slice(0, -1)
    .map((line) => eventSchema.parse(JSON.parse(line)));
  const lines = change(events);
  const written = Buffer.from(lines.map((event) => `${JSON.stringify(event)}\n`).join(''));
  const manifest = manifestSchema.parse(JSON.parse(textOf('manifest.json')));
  const sealed = {
    ...manifest,
    events: { count: lines.length, bytes: written.length, sha256: sha256Of(written) },
  };
  return archiveOf(
    parts.map(({ name, bytes }) => {
      if (name === 'events.ndjson') return { name, bytes: written };
      return { name, bytes: name === 'manifest.json' ? Buffer.from(JSON.stringify(sealed)) : bytes };
    }),
  );
}
