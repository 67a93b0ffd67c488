import { createHash } from 'node:crypto';
import {
  BadRequestException,
  Body,
  Controller,
  HttpCode,
  Inject,
  Injectable,
  Module,
  Post,
  Req,
  UnauthorizedException,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
  type PipeTransform,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientProxy, ClientsModule, Transport } from '@nestjs/microservices';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { lastValueFrom } from 'rxjs';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { eventSchema, isReady, RECORD, settings, type Recorded, type UsageEvent } from './contract';
import { tokens } from './rows';

const { DATABASE_URL, NATS_URL, PORT } = settings();
const TELEMETRY = 'TELEMETRY';

interface Request {
  readonly headers: { readonly authorization?: string };
  caller?: { readonly tenant: string; readonly token: string };
}

const source = new DataSource({
  ...{ type: 'postgres', url: DATABASE_URL, poolSize: 20, logging: false },
  ...{ entities: [tokens], synchronize: true },
});

@Injectable()
class TokenGuard implements CanActivate {
  async canActivate(execution: ExecutionContext): Promise<boolean> {
    const request = execution.switchToHttp().getRequest<Request>();
    const hash = createHash('sha256')
      .update(request.headers.authorization ?? '')
      .digest('hex');
    const found = await source.getRepository(tokens).findOneBy({ hash });
    if (found === null) throw new UnauthorizedException();
    request.caller = { tenant: found.tenant, token: found.id };
    return true;
  }
}

class ZodPipe implements PipeTransform {
  constructor(private readonly schema: z.ZodType) {}

  transform(value: unknown): unknown {
    const parsed = this.schema.safeParse(value);
    if (parsed.success) return parsed.data;
    throw new BadRequestException(parsed.error.issues);
  }
}

@Controller()
class EventsController {
  constructor(@Inject(TELEMETRY) private readonly telemetry: ClientProxy) {}

  @Post('floor')
  @HttpCode(202)
  floor(@Body(new ZodPipe(eventSchema)) event: UsageEvent): { id: string } {
    return { id: event.id };
  }

  @Post('events')
  @HttpCode(202)
  @UseGuards(TokenGuard)
  report(@Body(new ZodPipe(eventSchema)) event: UsageEvent, @Req() { caller }: Request): Promise<unknown> {
    return this.record([event], caller);
  }

  @Post('batches')
  @UseGuards(TokenGuard)
  reportAll(
    @Body(new ZodPipe(z.array(eventSchema))) events: UsageEvent[],
    @Req() { caller }: Request,
  ): Promise<unknown> {
    return this.record(events, caller);
  }

  private async record(events: readonly UsageEvent[], caller: Request['caller']): Promise<unknown> {
    const asked = { ...caller, events };
    const results = await lastValueFrom(this.telemetry.send<Recorded>(RECORD, asked));
    return { results: results.map((status, index) => ({ id: events[index]?.id, status })) };
  }
}

@Module({
  imports: [
    ClientsModule.register([
      { name: TELEMETRY, transport: Transport.NATS, options: { servers: [NATS_URL] } },
    ]),
  ],
  controllers: [EventsController],
})
class GatewayModule {}

async function main(): Promise<void> {
  await source.initialize();
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest declares its options as a class and takes any object
  const app = await NestFactory.create(GatewayModule, new FastifyAdapter(), { logger: ['error'] });
  await app.listen(PORT, '127.0.0.1');
  isReady();
}

void main();
