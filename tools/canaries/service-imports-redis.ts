// at: libs/service/src/ping-redis.ts
// lint says: A project tagged with "type:adapter" is not allowed to import "ioredis"
import { Redis } from 'ioredis';

export const redis = Redis;
