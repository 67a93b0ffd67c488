export { connectNats, type NatsLink } from './link';
export type { Log, MessagingMetrics } from './log';
export {
  createIdentitySigner,
  createIdentityVerifier,
  generateIdentityKeys,
  type Identity,
  type IdentitySigner,
  type IdentityVerifier,
} from './identity';
export { Bus, valueOf, type Answer, type Caller } from './bus';
export { Call } from './call';
export type { EventWatch, WatchedEvent } from './event-watch';
export { OnEvent, OnEvents, OnRequest } from './decorators';
export type { Occurrence } from './event-handling';
export { Refused } from './refused';
export { NatsTransport } from './nats-transport';
export type { DeadLetters } from './dead-letters';
export { createJetStreamPublisher } from './jet-stream-publisher';
export { inboxTables } from './inbox';
