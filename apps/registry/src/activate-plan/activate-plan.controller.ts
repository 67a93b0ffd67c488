import { Controller } from '@nestjs/common';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { ActivatePlan } from '@loam/contracts/plans';
import { EventStore } from '@loam/event-store';
import type { Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { changeProjects } from '../change-projects';
import { findPlan } from '../plan.queries';
import { activatePlan } from './activate-plan.decider';

@Controller()
export class ActivatePlanController {
  constructor(private readonly store: EventStore) {}

  @OnRequest(ActivatePlan)
  async activate(
    command: Input<typeof ActivatePlan>,
    call: Call,
  ): Promise<Output<typeof ActivatePlan> | Rejection<ProblemOf<typeof ActivatePlan>>> {
    const { slug, version } = command;
    const outcome = await changeProjects(this.store, call.context, {
      ...{ slug, decider: activatePlan, command: () => command },
    });
    if ('rejected' in outcome) return outcome;
    return this.store.database.tenant(call.tenant, (tx) => findPlan(tx, slug, version));
  }
}
