import { Controller } from '@nestjs/common';
import { PublishDraft } from '@loam/contracts/capturer';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { slugSchema, versionSchema } from '@loam/contracts/skill';
import { EventStore } from '@loam/event-store';
import { Jobs } from '@loam/jobs';
import { reject, type Rejection } from '@loam/kernel';
import { Bus, OnRequest, type Call } from '@loam/messaging';
import type { capturerJobs } from '../capturer.jobs';
import { findDraft, type DraftRow } from '../draft.queries';
import { findExisting } from '../existing-items';
import { draftEvents, draftStream } from '../draft.stream';
import { findReviewRule } from '../review-rule.queries';
import { Promoter } from './promoter';
import { requestPublication } from './publish-draft.decider';

type Answer = Output<typeof PublishDraft> | Rejection<ProblemOf<typeof PublishDraft>>;

const FIRST_VERSION = '1.0.0';

@Controller()
export class PublishDraftController {
  constructor(
    private readonly store: EventStore,
    private readonly jobs: Jobs<typeof capturerJobs>,
    private readonly promoter: Promoter,
    private readonly bus: Bus,
  ) {}

  /** The wish is durable, with a job that owes its fulfilment, before registry is asked. */
  @OnRequest(PublishDraft)
  async publish(input: Input<typeof PublishDraft>, call: Call): Promise<Answer> {
    const { draftId, ifRevision, acknowledgeFlags } = input;
    const { tenant } = call;
    const [draft, { secondPerson }] = await this.store.database.tenant(
      tenant,
      async (tx) => [await findDraft(tx, draftId), await findReviewRule(tx)] as const,
    );
    if (draft === undefined) return reject('draft-not-found', 'There is no such draft.');
    const slug = slugFor(draft, input);
    if (typeof slug !== 'string') return slug;
    // Who names no version takes what the draft tells beforehand: the next one of what has the name.
    const version =
      input.version ??
      (await findExisting(this.bus, call.context, [{ slug }]))[0]?.nextVersion ??
      FIRST_VERSION;
    if (!versionSchema.safeParse(version).success)
      return reject('version-invalid', 'A version is a semantic version such as 1.2.0.', '/version');
    const reviewer = call.identity.actor.id;
    const outcome = await this.store.execute(call.context, {
      ...{ stream: draftStream(tenant, draftId), events: draftEvents, decider: requestPublication },
      command: {
        ...{ draftId, slug, version, reviewer, ifRevision, secondPerson, acknowledgeFlags },
        named: input.version !== null,
        existing:
          input.existing ||
          input.version === null ||
          slug === mergeSlug(draft) ||
          slug === draft.publishedSlug,
      },
      alongside: async (unit, [requested]) => {
        if (requested !== undefined) await this.jobs.intend(unit, 'promoteDraft', requested.id, { draftId });
      },
    });
    if ('rejected' in outcome) return outcome;
    await this.promoter.promote(call.context, draftId);
    const promoted = await this.store.database.tenant(tenant, (tx) => findDraft(tx, draftId));
    return {
      draftId,
      slug: promoted?.publishedSlug ?? slug,
      version: promoted?.publishedVersion ?? version,
      verdict: promoted?.publishedVerdict ?? 'pending',
    };
  }
}

/** The skill that it could be a new version of. */
const mergeSlug = ({ neighbour }: DraftRow): string | undefined =>
  neighbour?.item.kind === 'skill' && neighbour.similarity >= neighbour.threshold
    ? neighbour.item.slug
    : undefined;

/** Under which name: that of what it is a new version of, another one that was asked for, or its own, which it keeps. */
function slugFor(
  draft: DraftRow,
  { slug, merge }: Input<typeof PublishDraft>,
): string | Rejection<'slug-invalid' | 'draft-without-neighbour'> {
  if (merge) {
    return (
      mergeSlug(draft) ??
      reject('draft-without-neighbour', 'There is no skill that it could be a new version of.', '/merge')
    );
  }
  const named = slug ?? draft.publishedSlug ?? draft.slug;
  return slugSchema.safeParse(named).success
    ? named
    : reject('slug-invalid', 'A slug is 1 to 64 of a-z, 0-9 and single inner hyphens.', '/slug');
}
