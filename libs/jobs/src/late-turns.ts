import type { Redis } from 'ioredis';
import { z } from 'zod';
import { LAST_TURN } from './intents';

/** What BullMQ orders waiting jobs by: this for each turn, and their arrival. */
const OF_A_TURN = 2 ** 32;
/** The last that BullMQ takes. */
const LAST_OF_ALL = 2 ** 21 - 1;

/**
 * KEYS: the waiting jobs, the last turn of each tenant. ARGV: {@link LAST_TURN}, {@link LAST_OF_ALL}, {@link OF_A_TURN}, tenants.
 * Start-time fair queueing (Goyal, Vin, Cheng 1996) with jobs of equal size: a turn comes after the tenant's last one, and
 * not before the one that is served now. Where none waits, those of a moment ago may be on their way: only after ten
 * seconds without any does the count begin anew.
 */
const SCRIPT = `
local first, most, size = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local head = redis.call('ZRANGEBYSCORE', KEYS[1], first * size, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
local newest = tonumber(redis.call('HGET', KEYS[2], '') or first)
local now = newest
if head[2] then now = math.floor(tonumber(head[2]) / size) end
local turns = {}
for at = 4, #ARGV do
  local last = tonumber(redis.call('HGET', KEYS[2], ARGV[at]) or '0')
  local turn = math.min(math.max(now, last) + 1, most)
  redis.call('HSET', KEYS[2], ARGV[at], turn)
  newest = math.max(newest, turn)
  turns[at - 3] = turn
end
redis.call('HSET', KEYS[2], '', newest)
if head[2] then redis.call('PERSIST', KEYS[2]) else redis.call('PEXPIRE', KEYS[2], 10000) end
return turns`;

/**
 * The turns of jobs of tenants that are owed more than {@link LAST_TURN}, one for each tenant in the list: they come after
 * all others, and such tenants alternate, whoever came first.
 */
export async function lateTurns(
  redis: Redis,
  keys: { readonly waiting: string; readonly turns: string },
  tenants: readonly string[],
): Promise<number[]> {
  const given = [LAST_TURN, LAST_OF_ALL, OF_A_TURN, ...tenants];
  return z.array(z.int()).parse(await redis.eval(SCRIPT, 2, keys.waiting, keys.turns, ...given));
}
