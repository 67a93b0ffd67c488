import {
  DiscardPolicy,
  nanos,
  NatsError,
  RetentionPolicy,
  StorageType,
  type JetStreamManager,
  type StreamConfig,
  type StreamInfo,
} from 'nats';
import type { ServiceName } from '@loam/contracts/operations';
import { DEAD_LETTERS, streamOf, subjectsOf } from './names';

const DAY_MS = 24 * 60 * 60 * 1000;
/** The longest time that a consumer may be away without missing events. */
const KEPT_MS = 7 * DAY_MS;
const DUPLICATE_WINDOW_MS = 2 * 60 * 1000;

// When the disk is full, a publisher is refused and keeps its events in its log; the other policy would silently drop
// events that a consumer has not seen.
const COMMON = {
  retention: RetentionPolicy.Limits,
  storage: StorageType.File,
  discard: DiscardPolicy.New,
  duplicate_window: nanos(DUPLICATE_WINDOW_MS),
};

const apiCode = (error: unknown): number | undefined =>
  error instanceof NatsError ? error.api_error?.err_code : undefined;

export const isStreamMissing = (error: unknown): boolean => apiCode(error) === 10059;
export const isConsumerMissing = (error: unknown): boolean => apiCode(error) === 10014;
export const isMessageMissing = (error: unknown): boolean => apiCode(error) === 10037;

/** Makes the stream if there is none. One that exists is left as it is: operators may have given it replicas. */
async function ensure(
  manager: JetStreamManager,
  config: Partial<StreamConfig> & { readonly name: string },
): Promise<StreamInfo> {
  try {
    return await manager.streams.info(config.name);
  } catch (error) {
    if (!isStreamMissing(error)) throw error;
    return manager.streams.add(config);
  }
}

/** The stream of a service's events; made by whoever comes first, the publisher or a consumer. */
export const ensureEventStream = (manager: JetStreamManager, publisher: ServiceName): Promise<StreamInfo> =>
  ensure(manager, {
    ...COMMON,
    name: streamOf(publisher),
    subjects: [subjectsOf(publisher)],
    max_age: nanos(KEPT_MS),
  });

/** The stream of dead letters, which are kept until somebody redrives or discards them. */
export const ensureDeadLetterStream = (manager: JetStreamManager): Promise<StreamInfo> =>
  ensure(manager, { ...COMMON, name: DEAD_LETTERS, subjects: ['dlq.>'] });
