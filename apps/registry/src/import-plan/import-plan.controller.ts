import { Controller, Inject } from '@nestjs/common';
import type { BlobStore } from '@loam/blobs';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { ImportPlan } from '@loam/contracts/plans';
import { EventStore } from '@loam/event-store';
import { reject, uuidv7, type Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { isStagedFor, readStaged } from '@loam/uploads';
import { changeProjects } from '../change-projects';
import { findPlan } from '../plan.queries';
import { PlanSource } from '../plan-source';
import { keepPlanText } from '../plan-texts';
import { findProject } from '../project.queries';
import { BLOBS } from '../registry.parts';
import { takePlan, type TakePlan } from '../take-plan.decider';

type Import = Input<typeof ImportPlan>;
type Problem = Rejection<ProblemOf<typeof ImportPlan>>;
interface Text {
  readonly text: string;
  readonly etag: string | null;
}

@Controller()
export class ImportPlanController {
  constructor(
    private readonly store: EventStore,
    private readonly source: PlanSource,
    @Inject(BLOBS) private readonly blobs: BlobStore,
  ) {}

  /** Whatever the answer is, it is final for this text: what was staged goes. */
  @OnRequest(ImportPlan)
  async import(input: Import, call: Call): Promise<Output<typeof ImportPlan> | Problem> {
    const { staged } = input;
    if (staged !== null && !isStagedFor(call.tenant, staged.stagingKey))
      return reject('upload-lost', 'There is no such upload.');
    const answer = await this.take(input, call);
    if (staged !== null) await this.blobs.delete(staged.stagingKey);
    return answer;
  }

  private async take(input: Import, call: Call): Promise<Output<typeof ImportPlan> | Problem> {
    const { slug, sourceType, sourceUrl } = input;
    const { database } = this.store;
    const project = await database.tenant(call.tenant, (tx) => findProject(tx, slug));
    if ('rejected' in project) return project;
    const given = await this.textOf(input);
    if ('rejected' in given) return given;
    if (given.text.trim() === '') return reject('plan-empty', 'The plan holds no text.', '/body_md');
    const kept = await keepPlanText({ database, blobs: this.blobs }, given.text);
    const text = { planId: uuidv7(), ...kept, sourceType, sourceUrl, sourceEtag: given.etag };
    const outcome = await changeProjects(this.store, call.context, {
      ...{ slug, decider: takePlan },
      command: (): TakePlan => ({ slug, taken: { outcome: 'text', text }, asked: true, basedOn: null }),
    });
    if ('rejected' in outcome) return outcome;
    const plan = await database.tenant(call.tenant, (tx) => findPlan(tx, slug, null));
    if ('rejected' in plan) throw new Error('the plan that was imported is not there');
    return plan;
  }

  private async textOf({ sourceType, sourceUrl, staged }: Import): Promise<Text | Problem> {
    if (staged !== null) {
      const bytes = await readStaged(this.blobs, staged);
      if (bytes === undefined) return reject('upload-lost', 'The text is not there any more. Send it again.');
      return { text: bytes.toString('utf8'), etag: null };
    }
    if (sourceType === 'file')
      return reject('plan-source-missing', 'A plan from a file comes with its text.', '/body_md');
    if (sourceUrl === null)
      return reject('plan-source-missing', 'A plan from an address comes with the address.', '/source_url');
    const fetched = await this.source.fetch(sourceUrl, null);
    if (fetched.outcome === 'text') return fetched;
    const reason = fetched.outcome === 'failed' ? fetched.reason : 'The server sent nothing.';
    return reject('plan-not-fetched', reason, '/source_url');
  }
}
