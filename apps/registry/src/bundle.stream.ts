import { z } from 'zod';
import { factSchema } from '@loam/contracts/define';
import { BundleBlocked, BundleUnblocked } from '@loam/contracts/registry';

/** The stream of the kill switch of some bytes, for one tenant. */
export const bundleStream = (tenant: string, sha256: string): string => `bundle:${tenant}:${sha256}`;

export const bundleEvents = z.union([factSchema(BundleBlocked), factSchema(BundleUnblocked)]);
export type BundleEvent = z.output<typeof bundleEvents>;

/** Whether the kill switch is on. */
export type BundleState = { readonly status: 'free' | 'blocked' };

export const freeBundle: BundleState = { status: 'free' };

export const evolveBundle = (_state: BundleState, { type }: BundleEvent): BundleState => ({
  status: type === BundleBlocked.name ? 'blocked' : 'free',
});
