import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern, Payload, Transport, type MicroserviceOptions } from '@nestjs/microservices';
import { DataSource, type EntityManager } from 'typeorm';
import { isReady, RECORD, settings, type Recorded, type RecordUsage, type UsageEvent } from './contract';
import { facts, sums, type FactRow } from './rows';

const { DATABASE_URL, NATS_URL } = settings();
const POOL = 20;
const QUARTER_MS = 15 * 60_000;

// By a statement rather than by reading and saving, because that would lose what comes at the same time.
const ADD = `INSERT INTO usage_sums AS kept (tenant, span, skill, version, uses) VALUES ($1, $2, $3, $4, 1)
  ON CONFLICT (tenant, span, skill, version) DO UPDATE SET uses = kept.uses + 1`;

const source = new DataSource({
  ...{ type: 'postgres', url: DATABASE_URL, poolSize: POOL, logging: false },
  ...{ entities: [facts, sums], synchronize: true },
});

const bodyOf = ({ type, skill, version, token }: FactRow): string => [type, skill, version, token].join(' ');

async function recordOne(
  manager: EntityManager,
  { tenant, token }: RecordUsage,
  { id, time, type, data }: UsageEvent,
): Promise<Recorded[number]> {
  const repository = manager.getRepository(facts);
  const fact = { tenant, id, at: new Date(time), type, token, ...data };
  const known = await repository.findOneBy({ tenant, id });
  if (known !== null) return bodyOf(known) === bodyOf(fact) ? 'recorded' : 'conflict';
  await repository.save(fact);
  const quarter = new Date(Math.floor(fact.at.getTime() / QUARTER_MS) * QUARTER_MS).toISOString();
  for (const span of [quarter, time.slice(0, 10), ''])
    await manager.query(ADD, [tenant, span, data.skill, data.version]);
  return 'recorded';
}

@Controller()
class UsageController {
  @MessagePattern(RECORD)
  record(@Payload() asked: RecordUsage): Promise<Recorded> {
    // In one order, so that two that meet wait for one another and never each for the other.
    const order = [...asked.events.keys()].sort((a, b) =>
      (asked.events[a]?.data.skill ?? '') < (asked.events[b]?.data.skill ?? '') ? -1 : 1,
    );
    return source.transaction(async (manager) => {
      const results: Recorded[number][] = [];
      for (const index of order) {
        const event = asked.events[index];
        if (event !== undefined) results[index] = await recordOne(manager, asked, event);
      }
      return results;
    });
  }
}

@Module({ controllers: [UsageController] })
class TelemetryModule {}

async function main(): Promise<void> {
  await source.initialize();
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest declares its options as a class and takes any object
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(TelemetryModule, {
    ...{ transport: Transport.NATS, options: { servers: [NATS_URL], queue: 'telemetry' } },
    logger: ['error'],
  });
  await app.listen();
  isReady();
}

void main();
