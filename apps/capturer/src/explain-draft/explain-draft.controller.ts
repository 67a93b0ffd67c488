import { Controller } from '@nestjs/common';
import type { Input, Output } from '@loam/contracts/define';
import type { Evidence, ToldEvidence } from '@loam/contracts/draft-proposal';
import { GetDraftEvidence, GetDraftHistory } from '@loam/contracts/draft-review';
import { EventStore, type RecordedEvent } from '@loam/event-store';
import { reject, type Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { contentsIn, presentContent } from '../draft.history';
import { draftStream } from '../draft.stream';
import { findExcerpts } from '../session-work';
import { changeOf } from './draft-changes';

type Missing = Rejection<'draft-not-found'>;
const missing = (): Missing => reject('draft-not-found', 'There is no such draft.');

/** What a person handed in rests on no session. */
const handedIn = { sessionId: null, drafter: null, score: null, evidence: [], flags: [] };

/** A record as it is told; what it says is kept no longer than the transcript. */
const told = (evidence: Evidence, excerpt: string | undefined): ToldEvidence =>
  excerpt === undefined
    ? { ...evidence, excerpt: null, without: 'expired' }
    : { ...evidence, excerpt: excerpt || null, without: excerpt === '' ? 'no-text' : null };

/** Both are told from the log itself, and the words of a session from what is kept of it. */
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
    if (!proposal) return { draftId, ...handedIn, findings };
    const { sessionId, drafter, score, flags } = proposal;
    const excerpts = await this.store.database.tenant(call.tenant, (tx) => findExcerpts(tx, sessionId));
    const evidence = proposal.evidence.map((each) => told(each, excerpts.get(each.id)));
    return { draftId, sessionId, drafter, score, evidence, flags, findings };
  }

  private read(draftId: string, call: Call): Promise<RecordedEvent[]> {
    return this.store.transaction(call.context, (unit) => unit.readStream(draftStream(call.tenant, draftId)));
  }
}
