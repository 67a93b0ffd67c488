import { Controller, Inject } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { BlobStore } from '@loam/blobs';
import * as http from '@loam/contracts/http/transfer';
import { GetTransfer, RebuildMirror, StartExport, StartImport } from '@loam/contracts/transfer';
import { Database } from '@loam/database';
import { uuidv7 } from '@loam/kernel';
import { Bus, Refused, valueOf, type Caller } from '@loam/messaging';
import { transferKey } from '@loam/uploads';
import type { Edge } from '../edge';
import { BLOBS } from '../gateway.parts';
import { Route, type Given } from '../route';
import { tenantIdOf } from '../tenant-id';
import { findTenant } from '../tenant.queries';

/** What an operator does to a whole tenant, which need not be the operator's own. */
@Controller()
export class TransferController {
  constructor(
    private readonly bus: Bus,
    private readonly database: Database,
    @Inject(BLOBS) private readonly blobs: BlobStore,
  ) {}

  @Route(http.exportTenant)
  async export({ params: { slug } }: Given<typeof http.exportTenant>, edge: Edge) {
    return valueOf(await this.bus.request(StartExport, { slug }, await this.callerIn(slug, edge)));
  }

  /** The archive streams to the object store; what the registry then thinks of it is told by the transfer. */
  @Route(http.importTenant)
  async import({ params: { slug }, request }: Given<typeof http.importTenant>, edge: Edge) {
    const caller = await this.callerIn(slug, edge);
    const id = uuidv7();
    const key = transferKey(tenantIdOf(slug), id);
    const { sha256, bytes } = await this.blobs.put(key, request.raw);
    const answer = await this.bus.request(StartImport, { slug, id, sha256, bytes }, caller);
    if (!answer.ok) await this.blobs.delete(key);
    return valueOf(answer);
  }

  @Route(http.getTransfer)
  async get({ params: { slug, id } }: Given<typeof http.getTransfer>, edge: Edge) {
    return valueOf(await this.bus.request(GetTransfer, { id }, await this.callerIn(slug, edge)));
  }

  @Route(http.downloadExport)
  async download({ params }: Given<typeof http.downloadExport>, edge: Edge): Promise<FastifyReply> {
    const { slug, id } = params;
    const transfer = valueOf(await this.bus.request(GetTransfer, { id }, await this.callerIn(slug, edge)));
    if (transfer.direction === 'import')
      throw new Refused({ code: 'transfer-not-found', detail: 'This is an import; its archive is yours.' });
    if (transfer.status !== 'done' || transfer.sha256 === null)
      throw new Refused({ code: 'transfer-not-done', detail: `The export is ${transfer.status}.` });
    const archive = await this.blobs.get(transferKey(tenantIdOf(slug), id));
    if (archive === undefined)
      throw new Refused({ code: 'transfer-expired', detail: 'The archive has expired. Export again.' });
    return edge.reply
      .headers({
        'content-type': http.ARCHIVE,
        'content-length': String(archive.bytes),
        'content-disposition': `attachment; filename="${slug}.tar"`,
        'x-loam-sha256': transfer.sha256,
      })
      .send(archive.body);
  }

  @Route(http.rebuildMirror)
  async rebuildMirror({ params: { slug } }: Given<typeof http.rebuildMirror>, edge: Edge): Promise<void> {
    valueOf(await this.bus.request(RebuildMirror, {}, await this.callerIn(slug, edge)));
  }

  /** The operator, acting in the tenant of that slug. @throws Refused where there is none */
  private async callerIn(slug: string, { caller }: Edge): Promise<Caller> {
    const tenant = tenantIdOf(slug);
    const found = await this.database.tenant(tenant, findTenant);
    if (found === undefined)
      throw new Refused({ code: 'tenant-not-found', detail: `There is no tenant ${slug}.` });
    return { ...caller, identity: { ...caller.identity, tenant } };
  }
}
