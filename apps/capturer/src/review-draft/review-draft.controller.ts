import { Controller } from '@nestjs/common';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { ApproveDraft, CommentDraft, RequestDraftChanges } from '@loam/contracts/draft-review';
import { EventStore } from '@loam/event-store';
import type { Decider, Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { wordsOf } from '../draft-words';
import { findDraft, type DraftRow } from '../draft.queries';
import { draftEvents, draftStream, type DraftEvent, type DraftState } from '../draft.stream';
import { findReviewRule } from '../review-rule.queries';
import { approveDraft, commentDraft, requestChanges } from './review-draft.decider';

@Controller()
export class ReviewDraftController {
  constructor(private readonly store: EventStore) {}

  @OnRequest(ApproveDraft)
  async approve(
    input: Input<typeof ApproveDraft>,
    call: Call,
  ): Promise<Output<typeof ApproveDraft> | Rejection<ProblemOf<typeof ApproveDraft>>> {
    const rule = await this.store.database.tenant(call.tenant, findReviewRule);
    return this.decide(approveDraft, { ...input, ...rule, reviewer: call.identity.actor.id }, call);
  }

  @OnRequest(RequestDraftChanges)
  async requestChanges(
    input: Input<typeof RequestDraftChanges>,
    call: Call,
  ): Promise<Output<typeof RequestDraftChanges> | Rejection<ProblemOf<typeof RequestDraftChanges>>> {
    const said = wordsOf(input.comment, '/comment');
    if ('rejected' in said) return said;
    const reviewer = call.identity.actor.id;
    return this.decide(requestChanges, { ...input, comment: said.words, reviewer }, call);
  }

  @OnRequest(CommentDraft)
  async comment(
    input: Input<typeof CommentDraft>,
    call: Call,
  ): Promise<Output<typeof CommentDraft> | Rejection<ProblemOf<typeof CommentDraft>>> {
    const said = wordsOf(input.comment, '/comment');
    if ('rejected' in said) return said;
    return this.decide(commentDraft, { ...input, comment: said.words }, call);
  }

  /** The draft as it is afterwards. */
  private async decide<Command extends { readonly draftId: string }, Code extends string>(
    decider: Decider<Command, DraftState, DraftEvent, Code>,
    command: Command,
    call: Call,
  ): Promise<DraftRow | Rejection<Code>> {
    let draft: DraftRow | undefined;
    const outcome = await this.store.execute(call.context, {
      ...{ stream: draftStream(call.tenant, command.draftId), events: draftEvents, decider, command },
      alongside: async ({ tx }) => {
        draft = await findDraft(tx, command.draftId);
      },
    });
    if ('rejected' in outcome) return outcome;
    if (draft === undefined) throw new Error('what was decided about is not in the list');
    return draft;
  }
}
