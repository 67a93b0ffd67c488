import { Controller } from '@nestjs/common';
import { PublishDraft } from '@loam/contracts/capturer';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { slugSchema, versionSchema } from '@loam/contracts/skill';
import { EventStore } from '@loam/event-store';
import { Jobs } from '@loam/jobs';
import { reject, type Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import type { capturerJobs } from '../capturer.jobs';
import { findDraft } from '../draft.queries';
import { draftEvents, draftStream } from '../draft.stream';
import { Promoter } from './promoter';
import { requestPublication } from './publish-draft.decider';

type Answer = Output<typeof PublishDraft> | Rejection<ProblemOf<typeof PublishDraft>>;

@Controller()
export class PublishDraftController {
  constructor(
    private readonly store: EventStore,
    private readonly jobs: Jobs<typeof capturerJobs>,
    private readonly promoter: Promoter,
  ) {}

  /** The wish is durable, with a job that owes its fulfilment, before registry is asked. */
  @OnRequest(PublishDraft)
  async publish({ draftId, version, slug: wanted }: Input<typeof PublishDraft>, call: Call): Promise<Answer> {
    const draft = await this.store.database.tenant(call.tenant, (tx) => findDraft(tx, draftId));
    if (draft === undefined) return reject('draft-not-found', 'There is no such draft.');
    const slug = wanted ?? draft.slug;
    if (!slugSchema.safeParse(slug).success)
      return reject('slug-invalid', 'A slug is 1 to 64 of a-z, 0-9 and single inner hyphens.', '/slug');
    if (!versionSchema.safeParse(version).success)
      return reject('version-invalid', 'A version is a semantic version such as 1.2.0.', '/version');
    const outcome = await this.store.execute(call.context, {
      ...{ stream: draftStream(call.tenant, draftId), events: draftEvents, decider: requestPublication },
      command: { draftId, slug, version },
      alongside: async (unit, [requested]) => {
        if (requested !== undefined) await this.jobs.intend(unit, 'promoteDraft', requested.id, { draftId });
      },
    });
    if ('rejected' in outcome) return outcome;
    await this.promoter.promote(call.context, draftId);
    return { draftId, slug, version };
  }
}
