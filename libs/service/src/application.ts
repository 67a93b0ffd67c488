import { Server } from 'node:http';
import { Module, type DynamicModule, type INestApplication, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NatsTransport } from '@loam/messaging';
import type { HttpDoor } from './definition';
import type { Ending } from './ending';
import type { Log } from './log';
import { NestLog } from './nest-log';

interface ApplicationOptions {
  readonly module: DynamicModule;
  /** Controllers that every service has. */
  readonly operations: Type;
  readonly transport: NatsTransport;
  readonly http: HttpDoor | undefined;
  readonly log: Log;
  /** Is told of the door at once, before all of it is open. */
  readonly ending: Ending;
}

@Module({})
class ServiceRoot {}

/** A started application. */
export interface Application {
  /** Where it takes HTTP, if it does. */
  readonly port?: number;
}

/**
 * Starts the Nest application: on the broker, and on HTTP as well where there is such a door. At its end it takes no
 * more requests and waits until those in hand are answered, those of HTTP first, since they may need the others.
 */
export async function startApplication(options: ApplicationOptions): Promise<Application> {
  const { module, operations, transport: strategy, http, log, ending } = options;
  const root: DynamicModule = { module: ServiceRoot, imports: [module], controllers: [operations] };
  const common = { logger: new NestLog(log), abortOnError: false };
  if (http === undefined) {
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest declares its options as a class and takes any object
    const nest = await NestFactory.createMicroservice(root, { ...common, strategy });
    ending.at('door', () => nest.close());
    await nest.listen();
    return {};
  }
  // Without Nest's parsers: the door decides itself which bodies it takes.
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest declares its options as a class and takes any object
  const nest = await NestFactory.create(root, http.adapter, { ...common, bodyParser: false });
  ending.at('door', () => closeWithIdleConnections(nest));
  nest.connectMicroservice({ strategy });
  await nest.startAllMicroservices();
  await nest.listen(http.port, http.host);
  const server: unknown = nest.getHttpServer();
  const address = server instanceof Server ? server.address() : null;
  return address === null || typeof address === 'string' ? {} : { port: address.port };
}

const LOOK_EVERY_MS = 50;

/**
 * Closing the server closes the connections that are idle at that moment. One that becomes idle later, when its
 * request has been answered, would be kept until the client lets go of it.
 */
async function closeWithIdleConnections(nest: INestApplication): Promise<void> {
  const server: unknown = nest.getHttpServer();
  const closing = setInterval(() => {
    if (server instanceof Server) server.closeIdleConnections();
  }, LOOK_EVERY_MS);
  await nest.close().finally(() => {
    clearInterval(closing);
  });
}
