import { Catch, UseFilters, type ExceptionFilter } from '@nestjs/common';
import { Ctx, EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import type { ZodType } from 'zod';
import type { EventDefinition, Input, Output, ProblemOf, RequestDefinition } from '@loam/contracts/define';
import type { EventOf } from '@loam/contracts/envelope';
import type { UnitOfWork } from '@loam/event-store';
import type { Rejection } from '@loam/kernel';
import type { Call } from './call';
import type { Occurrence } from './event-handling';
import { assertSlice } from './names';
import { EventRoute, RequestRoute } from './routes';

/** Nest's own filter for messages replaces every error by "Internal server error"; this one leaves it as it is. */
@Catch()
class LeaveErrorsAlone implements ExceptionFilter {
  catch(error: unknown): never {
    throw error;
  }
}

type Decorates<Handler> = <H extends Handler>(
  target: object,
  key: string,
  descriptor: TypedPropertyDescriptor<H>,
) => void;

const decorate = (pattern: MethodDecorator) => (target: object, key: string, method: PropertyDescriptor) => {
  pattern(target, key, method);
  UseFilters(LeaveErrorsAlone)(target, key, method);
  // Without these, Nest hands over the message alone.
  Payload()(target, key, 0);
  Ctx()(target, key, 1);
};

/**
 * Marks the method of a controller that answers this request. It gets the parsed input and the call, and resolves
 * to the output or to one of the contract's rejections. What it throws is a fault, or an outage that passes.
 */
export const OnRequest = <D extends RequestDefinition>(
  definition: D,
): Decorates<(input: Input<D>, call: Call) => Promise<Output<D> | Rejection<ProblemOf<D>>>> =>
  decorate(MessagePattern(definition.subject, { route: new RequestRoute(definition) }));

/**
 * Marks the method of a controller that reacts to this event of another service, as the slice of that name. It runs in
 * the transaction of the unit of work, together with the mark that the event was handled: what it writes there happens
 * once, however often the event is delivered. Whatever it throws is tried again, or ends as a dead letter.
 */
export const OnEvent = <Name extends string, Schema extends ZodType>(
  definition: EventDefinition<Name, Schema>,
  slice: string,
): Decorates<(event: EventOf<EventDefinition<Name, Schema>>, unit: UnitOfWork) => Promise<void>> => {
  return reaction(new EventRoute(definition, slice, false));
};

/**
 * As `OnEvent`, for what happens often: the method gets all events at once that came meanwhile, in their order, of one
 * tenant and each of another stream. They take effect in one transaction, so it appends at most once, naming what
 * caused each part. Where that fails, each event is tried by itself.
 */
export const OnEvents = <Name extends string, Schema extends ZodType>(
  definition: EventDefinition<Name, Schema>,
  slice: string,
): Decorates<
  (events: readonly Occurrence<EventOf<EventDefinition<Name, Schema>>>[], unit: UnitOfWork) => Promise<void>
> => reaction(new EventRoute(definition, slice, true));

const reaction = (route: EventRoute) => {
  assertSlice(route.slice);
  return decorate(EventPattern(`${route.definition.subject} ${route.slice}`, { route }));
};
