import { Controller, Inject } from '@nestjs/common';
import type { BlobStore } from '@loam/blobs';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { GetTransfer, StartExport, StartImport } from '@loam/contracts/transfer';
import { EventStore, hasHistory } from '@loam/event-store';
import { Jobs } from '@loam/jobs';
import { reject, uuidv7, type Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { transferKey } from '@loam/uploads';
import type { registryJobs } from '../registry.jobs';
import { BLOBS } from '../registry.parts';
import { beginTransfer, findTransfer } from './transfers';

@Controller()
export class TransferTenantController {
  constructor(
    private readonly store: EventStore,
    private readonly jobs: Jobs<typeof registryJobs>,
    @Inject(BLOBS) private readonly blobs: BlobStore,
  ) {}

  @OnRequest(StartExport)
  async startExport({ slug }: Input<typeof StartExport>, call: Call): Promise<Output<typeof StartExport>> {
    const id = uuidv7();
    return this.store.transaction(call.context, async (unit) => {
      const about = { id, direction: 'export' as const, sha256: null, bytes: null, startedAt: new Date() };
      const transfer = await beginTransfer(unit.tx, about);
      await this.jobs.intend(unit, 'exportTenant', id, { id, slug });
      return transfer;
    });
  }

  @OnRequest(StartImport)
  async startImport(
    { slug, id, sha256, bytes }: Input<typeof StartImport>,
    call: Call,
  ): Promise<Output<typeof StartImport> | Rejection<ProblemOf<typeof StartImport>>> {
    const staged = await this.blobs.head(transferKey(call.tenant, id));
    if (staged?.bytes !== bytes) return reject('upload-lost', 'The uploaded archive is not there any more.');
    return this.store.transaction(call.context, async (unit) => {
      if (await hasHistory(unit.tx))
        return reject(
          'tenant-not-empty',
          `${slug} has a catalog; an import needs a tenant that never had one.`,
        );
      const about = { id, direction: 'import' as const, sha256, bytes, startedAt: new Date() };
      const transfer = await beginTransfer(unit.tx, about);
      await this.jobs.intend(unit, 'importTenant', id, { id, slug });
      return transfer;
    });
  }

  @OnRequest(GetTransfer)
  async get(
    { id }: Input<typeof GetTransfer>,
    call: Call,
  ): Promise<Output<typeof GetTransfer> | Rejection<ProblemOf<typeof GetTransfer>>> {
    return (
      (await this.store.database.tenant(call.tenant, (tx) => findTransfer(tx, id))) ??
      reject('transfer-not-found', 'There is no such export or import.')
    );
  }
}
