import { Controller } from '@nestjs/common';
import type { Input, Output } from '@loam/contracts/define';
import { GetDraftEvidence, GetDraftHistory } from '@loam/contracts/draft-review';
import { EventStore, type RecordedEvent } from '@loam/event-store';
import { reject, type Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { contentsIn, presentContent } from '../draft.history';
import { draftStream } from '../draft.stream';
import { changeOf } from './draft-changes';

type Missing = Rejection<'draft-not-found'>;
const missing = (): Missing => reject('draft-not-found', 'There is no such draft.');

/** What a person handed in rests on no session. */
const handedIn = { sessionId: null, drafter: null, score: null, evidence: [], flags: [] };

/** Both are told from the log itself. */
@Controller()
export class ExplainDraftController {
  constructor(private readonly store: EventStore) {}

  @OnRequest(GetDraftHistory)
  async getHistory(
    { draftId }: Input<typeof GetDraftHistory>,
    call: Call,
  ): Promise<Output<typeof GetDraftHistory> | Missing> {
    const events = await this.read(draftId, call);
    return events.length === 0 ? missing() : { changes: events.map(changeOf) };
  }

  @OnRequest(GetDraftEvidence)
  async getEvidence(
    { draftId }: Input<typeof GetDraftEvidence>,
    call: Call,
  ): Promise<Output<typeof GetDraftEvidence> | Missing> {
    const contents = contentsIn(await this.read(draftId, call));
    const present = presentContent(contents);
    if (present === undefined) return missing();
    // What a person changed rests on what the session gave before.
    const proposal = contents.findLast((each) => !each.beside && each.proposal !== null)?.proposal;
    const findings = present.scan?.findings ?? [];
    return { draftId, ...(proposal ?? handedIn), findings };
  }

  private read(draftId: string, call: Call): Promise<RecordedEvent[]> {
    return this.store.transaction(call.context, (unit) => unit.readStream(draftStream(call.tenant, draftId)));
  }
}
