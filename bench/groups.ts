import { registryDownload, registryMetadata } from './groups/downloads';
import { registryPublish } from './groups/publishes';
import type { Group } from './scenario';

/** Every group, in the order of a run. */
export const groups: readonly Group[] = [registryDownload, registryMetadata, registryPublish];
