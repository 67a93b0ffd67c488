import { z } from 'zod';
import { transferSchema, type Transfer } from '@loam/contracts/transfer';
import type { Database, Tx } from '@loam/database';

const rowSchema = z
  .object({
    ...transferSchema.pick({ id: true, direction: true, status: true, error: true, sha256: true }).shape,
    done: z.int(),
    total: z.int(),
    bytes: z.coerce.number().nullable(),
    started_at: z.date(),
    expires_at: z.date().nullable(),
  })
  .transform(({ done, total, started_at, expires_at, ...row }): Transfer => ({
    ...row,
    bytes: row.bytes,
    progress: { done, total },
    startedAt: started_at.toISOString(),
    expiresAt: expires_at?.toISOString() ?? null,
  }));

const COLUMNS = 'id, direction, status, done, total, error, sha256, bytes, started_at, expires_at';
const OF = "tenant_id = current_setting('loam.tenant')::uuid AND id = $1";

/** A transfer of the transaction's tenant. */
export async function findTransfer(tx: Tx, id: string): Promise<Transfer | undefined> {
  const rows = await tx.query<unknown[]>(`SELECT ${COLUMNS} FROM transfers WHERE ${OF}`, [id]);
  return rowSchema.optional().parse(rows[0]);
}

interface Begun extends Pick<Transfer, 'id' | 'direction' | 'sha256' | 'bytes'> {
  readonly startedAt: Date;
}

/** Notes that a transfer is owed. */
export async function beginTransfer(
  tx: Tx,
  { id, direction, sha256, bytes, startedAt }: Begun,
): Promise<Transfer> {
  const rows = await tx.query<unknown[]>(
    `INSERT INTO transfers (tenant_id, id, direction, sha256, bytes, started_at)
     VALUES (current_setting('loam.tenant')::uuid, $1, $2, $3, $4, $5) RETURNING ${COLUMNS}`,
    [id, direction, sha256, bytes, startedAt],
  );
  return rowSchema.parse(rows[0]);
}

/** Notes that it has ended. */
export async function endTransfer(
  tx: Tx,
  id: string,
  end: Partial<Pick<Transfer, 'error' | 'sha256' | 'bytes'>> & { readonly expiresAt?: Date },
): Promise<void> {
  const { error = null, sha256 = null, bytes = null, expiresAt = null } = end;
  await tx.query(
    `UPDATE transfers SET status = $2, error = $3, sha256 = coalesce($4, sha256), bytes = coalesce($5, bytes),
       expires_at = $6, done = CASE WHEN $2 = 'done' THEN total ELSE done END
     WHERE ${OF}`,
    [
      id,
      error === null ? 'done' : 'failed',
      error === null ? null : JSON.stringify(error),
      sha256,
      bytes,
      expiresAt,
    ],
  );
}

const EVERY_MS = 250;

/** Writes how far a transfer is, often enough to be watched. */
export class TransferProgress {
  private last = 0;
  private done = 0;

  constructor(
    private readonly database: Database,
    private readonly tenant: string,
    private readonly id: string,
  ) {}

  /** Begins to count, from nothing. */
  async begin(total: number): Promise<void> {
    this.done = 0;
    await this.write(total);
  }

  async add(count: number, total: number): Promise<void> {
    this.done += count;
    if (performance.now() - this.last > EVERY_MS) await this.write(total);
  }

  private async write(total: number): Promise<void> {
    this.last = performance.now();
    await this.database.tenant(this.tenant, (tx) =>
      tx.query(`UPDATE transfers SET status = 'running', done = $2, total = $3 WHERE ${OF}`, [
        ...[this.id, Math.min(this.done, total), total],
      ]),
    );
  }
}
