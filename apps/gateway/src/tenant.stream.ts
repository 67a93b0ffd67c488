import type { z } from 'zod';
import { factSchema } from '@loam/contracts/define';
import { TenantCreated } from '@loam/contracts/gateway';

export const tenantEvents = factSchema(TenantCreated);
export type TenantEvent = z.output<typeof tenantEvents>;

export const tenantStream = (tenant: string): string => `tenant:${tenant}`;
