import type { Kind } from '@loam/contracts/skill';

/** What somebody was given. */
export interface ServedUse {
  readonly kind: Kind;
  readonly slug: string;
  readonly version: string;
  readonly event: 'view' | 'download';
}
