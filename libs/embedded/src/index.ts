export { findBinary, type BinaryName, type FindBinaryOptions } from './find-binary';
export { freePort } from './free-port';
export { startGuard, type Guard } from './guard';
export { startNats, type NatsOptions } from './nats';
export { launch, type PartPlan, type RunningPart } from './part';
export { startPostgres, type PostgresOptions } from './postgres';
export { removePostgresData } from './postgres-home';
export { startOf } from './process-facts';
export { startRedis, type RedisOptions } from './redis';
