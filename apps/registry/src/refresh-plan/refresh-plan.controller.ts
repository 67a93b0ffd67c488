import { Controller, Inject } from '@nestjs/common';
import type { BlobStore } from '@loam/blobs';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { RefreshPlan } from '@loam/contracts/plans';
import { EventStore } from '@loam/event-store';
import type { Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { PlanSource } from '../plan-source';
import { BLOBS } from '../registry.parts';
import { refreshPlan } from './refresh-plan';

@Controller()
export class RefreshPlanController {
  constructor(
    private readonly store: EventStore,
    private readonly source: PlanSource,
    @Inject(BLOBS) private readonly blobs: BlobStore,
  ) {}

  @OnRequest(RefreshPlan)
  refresh(
    { slug }: Input<typeof RefreshPlan>,
    call: Call,
  ): Promise<Output<typeof RefreshPlan> | Rejection<ProblemOf<typeof RefreshPlan>>> {
    const { store, blobs, source } = this;
    return refreshPlan({ store, blobs, source }, call.context, { slug, asked: true });
  }
}
