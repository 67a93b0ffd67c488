export { findBinary, type BinaryName, type FindBinaryOptions } from './find-binary';
export { freePort } from './free-port';
export { startGuard, type Guard } from './guard';
export { startNats, type NatsOptions } from './nats';
export type { RunningPart } from './part';
export { startPostgres, type PostgresOptions } from './postgres';
export { removePostgresData } from './postgres-home';
export { startRedis, type RedisOptions } from './redis';
