import { Controller, Inject } from '@nestjs/common';
import type { BlobStore } from '@loam/blobs';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { DiffPlans, GetPlan, ListPlans, type Plan } from '@loam/contracts/plans';
import { Database } from '@loam/database';
import { reject, type Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { PlanWorker } from '../plan-worker';
import { readPlanText } from '../plan-texts';
import { findPlan, findPlans } from '../plan.queries';
import { BLOBS } from '../registry.parts';

const MOST_LISTED = 50;
/** What fits into one message of the broker, with room to spare. */
const MOST_PATCH = 512 * 1024;

@Controller()
export class ReadPlansController {
  constructor(
    private readonly database: Database,
    private readonly worker: PlanWorker,
    @Inject(BLOBS) private readonly blobs: BlobStore,
  ) {}

  @OnRequest(GetPlan)
  get(
    { slug, version }: Input<typeof GetPlan>,
    call: Call,
  ): Promise<Output<typeof GetPlan> | Rejection<ProblemOf<typeof GetPlan>>> {
    return this.database.tenant(call.tenant, (tx) => findPlan(tx, slug, version));
  }

  @OnRequest(ListPlans)
  list(
    { slug }: Input<typeof ListPlans>,
    call: Call,
  ): Promise<Output<typeof ListPlans> | Rejection<ProblemOf<typeof ListPlans>>> {
    return this.database.tenant(call.tenant, (tx) => findPlans(tx, slug, MOST_LISTED));
  }

  @OnRequest(DiffPlans)
  async diff(
    { slug, from, to }: Input<typeof DiffPlans>,
    call: Call,
  ): Promise<Output<typeof DiffPlans> | Rejection<ProblemOf<typeof DiffPlans>>> {
    const [a, b] = await this.database.tenant(call.tenant, async (tx) => [
      await findPlan(tx, slug, from),
      await findPlan(tx, slug, to),
    ]);
    if (a === undefined || b === undefined) throw new Error('two were asked for');
    if ('rejected' in a) return a;
    if ('rejected' in b) return b;
    const patch = await this.worker.diff(await this.sideOf(slug, a), await this.sideOf(slug, b));
    if (patch === undefined || Buffer.byteLength(patch) > MOST_PATCH)
      return reject('plan-diff-too-large', `Versions ${from} and ${to} differ too much to be compared.`);
    return { from, to, patch };
  }

  private sideOf = async (slug: string, plan: Plan) => ({
    name: `${slug} ${plan.version}`,
    text: await readPlanText(this.blobs, plan),
  });
}
