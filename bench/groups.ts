import { append } from './groups/append';
import { closure } from './groups/closure';
import { decay } from './groups/decay';
import { registryDownload, registryMetadata } from './groups/downloads';
import { hookLatency } from './groups/hooks';
import { dropMonth } from './groups/drop-month';
import { httpFloor } from './groups/http-floor';
import { ingestBatch, ingestFixedRate, ingestSingle } from './groups/ingest';
import { registryPublish } from './groups/publishes';
import { resolveGroup } from './groups/resolve';
import { search100k, search10k, search1m } from './groups/search';
import { laws } from './groups/laws';
import { presign } from './groups/presign';
import { importGroup, memory, starts } from './groups/standalone';
import { timeline } from './groups/timeline';
import type { Group } from './scenario';

/** Every group, in the order of a run. */
export const groups: readonly Group[] = [
  ...[httpFloor, ingestSingle, ingestBatch, ingestFixedRate, append, timeline, dropMonth],
  ...[registryDownload, registryMetadata, registryPublish, presign],
  ...[hookLatency, resolveGroup, closure, decay, search10k, search100k, search1m],
  ...[starts, memory, importGroup, laws],
];
