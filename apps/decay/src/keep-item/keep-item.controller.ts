import { Controller, Inject } from '@nestjs/common';
import { PinItem, SnoozeItem } from '@loam/contracts/decay';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { EventStore } from '@loam/event-store';
import { reject, type Clock, type Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { CLOCK } from '../decay.parts';
import { observe } from '../observe';
import { findStanding } from '../standings.queries';
import { keepItem } from './keep-item.decider';

type Answer = Output<typeof PinItem> | Rejection<ProblemOf<typeof PinItem>>;
const DAY_MS = 86_400_000;

@Controller()
export class KeepItemController {
  constructor(
    private readonly store: EventStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @OnRequest(PinItem)
  pin(command: Input<typeof PinItem>, call: Call): Promise<Answer> {
    return this.keep(command, call);
  }

  @OnRequest(SnoozeItem)
  snooze({ days, ...item }: Input<typeof SnoozeItem>, call: Call): Promise<Answer> {
    const until = days === 0 ? null : new Date(this.clock().getTime() + days * DAY_MS).toISOString();
    return this.keep({ ...item, until }, call);
  }

  private keep(command: Parameters<typeof keepItem.decide>[0], call: Call): Promise<Answer> {
    return this.store.transaction(call.context, async (unit) => {
      const outcome = await observe(unit, keepItem, command, command);
      if ('rejected' in outcome) return outcome;
      const standing = await findStanding(unit.tx, command, this.clock());
      return standing ?? reject('skill-not-found', `There is no ${command.kind} called ${command.slug}.`);
    });
  }
}
