import { Controller } from '@nestjs/common';
import { z } from 'zod';
import { listTokens } from '@loam/contracts/http/gateway';
import { Database } from '@loam/database';
import type { Edge } from '../edge';
import { Route, type Given } from '../route';
import { prefixOf } from '../token-prefix';

const rows = z.array(
  z
    .object({
      id: z.string(),
      label: z.string(),
      scopes: z.array(z.string()),
      created_at: z.date(),
      expires_at: z.date().nullable(),
      revoked_at: z.date().nullable(),
    })
    .transform((row) => ({
      ...row,
      prefix: prefixOf(row.id),
      created_at: row.created_at.toISOString(),
      expires_at: row.expires_at?.toISOString() ?? null,
      revoked_at: row.revoked_at?.toISOString() ?? null,
    }))
    .pipe(listTokens.response.element),
);

@Controller()
export class ListTokensController {
  constructor(private readonly database: Database) {}

  @Route(listTokens)
  async list(_given: Given<typeof listTokens>, { principal }: Edge) {
    const found = await this.database.tenant(principal.tenantId, (tx) =>
      tx.query<unknown[]>(
        'SELECT id, label, scopes, created_at, expires_at, revoked_at FROM tokens ORDER BY created_at DESC, id',
      ),
    );
    return rows.parse(found);
  }
}
