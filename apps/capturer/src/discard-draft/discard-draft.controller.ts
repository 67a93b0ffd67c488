import { Controller } from '@nestjs/common';
import { DiscardDraft } from '@loam/contracts/capturer';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { EventStore } from '@loam/event-store';
import type { Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { wordsOf } from '../draft-words';
import { draftEvents, draftStream } from '../draft.stream';
import { discardDraft } from './discard-draft.decider';

@Controller()
export class DiscardDraftController {
  constructor(private readonly store: EventStore) {}

  @OnRequest(DiscardDraft)
  async discard(
    input: Input<typeof DiscardDraft>,
    call: Call,
  ): Promise<Output<typeof DiscardDraft> | Rejection<ProblemOf<typeof DiscardDraft>>> {
    const said = wordsOf(input.reason, '/reason');
    if ('rejected' in said) return said;
    const outcome = await this.store.execute(call.context, {
      stream: draftStream(call.tenant, input.draftId),
      ...{ events: draftEvents, decider: discardDraft, command: { ...input, reason: said.words } },
    });
    return 'rejected' in outcome ? outcome : {};
  }
}
