import { Controller } from '@nestjs/common';
import {
  DraftCreated,
  DraftDiscarded,
  DraftPublicationRefused,
  DraftPublished,
  DraftRevised,
  DraftRevisionProposed,
} from '@loam/contracts/capturer';
import {
  CandidateCleared,
  CandidateFlagged,
  DigestMade,
  OwnerNotified,
  SweepCompleted,
} from '@loam/contracts/decay';
import type { EventDefinition } from '@loam/contracts/define';
import type { Envelope, EventOf } from '@loam/contracts/envelope';
import { SkillReviewed } from '@loam/contracts/registry';
import { RegressionDetected } from '@loam/contracts/telemetry';
import type { UnitOfWork } from '@loam/event-store';
import { Jobs } from '@loam/jobs';
import { OnEvent } from '@loam/messaging';
import type { gatewayJobs } from '../gateway.jobs';
import { draftMessage, messageOf } from './message';
import { oweDeliveries } from './owe-deliveries';

/** The events of `webhookEvents`, each as a slice, so that one that fails holds up no other. */
@Controller()
export class HearEventsController {
  constructor(private readonly jobs: Jobs<typeof gatewayJobs>) {}

  @OnEvent(DraftCreated, 'tell-draft-created')
  async draftCreated(event: EventOf<typeof DraftCreated>, unit: UnitOfWork): Promise<void> {
    await oweDeliveries(unit, this.jobs, event, (tenant) => draftMessage(DraftCreated, event, tenant));
  }

  @OnEvent(DraftRevised, 'tell-draft-revised')
  draftRevised(event: EventOf<typeof DraftRevised>, unit: UnitOfWork): Promise<void> {
    return this.tell(DraftRevised, event, unit);
  }

  @OnEvent(DraftRevisionProposed, 'tell-draft-revision-proposed')
  draftRevisionProposed(event: EventOf<typeof DraftRevisionProposed>, unit: UnitOfWork): Promise<void> {
    return this.tell(DraftRevisionProposed, event, unit);
  }

  @OnEvent(DraftPublished, 'tell-draft-published')
  draftPublished(event: EventOf<typeof DraftPublished>, unit: UnitOfWork): Promise<void> {
    return this.tell(DraftPublished, event, unit);
  }

  @OnEvent(DraftPublicationRefused, 'tell-draft-publication-refused')
  draftPublicationRefused(event: EventOf<typeof DraftPublicationRefused>, unit: UnitOfWork): Promise<void> {
    return this.tell(DraftPublicationRefused, event, unit);
  }

  @OnEvent(DraftDiscarded, 'tell-draft-discarded')
  draftDiscarded(event: EventOf<typeof DraftDiscarded>, unit: UnitOfWork): Promise<void> {
    return this.tell(DraftDiscarded, event, unit);
  }

  @OnEvent(SkillReviewed, 'tell-skill-reviewed')
  skillReviewed(event: EventOf<typeof SkillReviewed>, unit: UnitOfWork): Promise<void> {
    return this.tell(SkillReviewed, event, unit);
  }

  @OnEvent(CandidateFlagged, 'tell-candidate-flagged')
  candidateFlagged(event: EventOf<typeof CandidateFlagged>, unit: UnitOfWork): Promise<void> {
    return this.tell(CandidateFlagged, event, unit);
  }

  @OnEvent(CandidateCleared, 'tell-candidate-cleared')
  candidateCleared(event: EventOf<typeof CandidateCleared>, unit: UnitOfWork): Promise<void> {
    return this.tell(CandidateCleared, event, unit);
  }

  @OnEvent(OwnerNotified, 'tell-owner-notified')
  ownerNotified(event: EventOf<typeof OwnerNotified>, unit: UnitOfWork): Promise<void> {
    return this.tell(OwnerNotified, event, unit);
  }

  @OnEvent(SweepCompleted, 'tell-sweep-completed')
  sweepCompleted(event: EventOf<typeof SweepCompleted>, unit: UnitOfWork): Promise<void> {
    return this.tell(SweepCompleted, event, unit);
  }

  @OnEvent(DigestMade, 'tell-digest-made')
  digestMade(event: EventOf<typeof DigestMade>, unit: UnitOfWork): Promise<void> {
    return this.tell(DigestMade, event, unit);
  }

  @OnEvent(RegressionDetected, 'tell-regression-detected')
  regressionDetected(event: EventOf<typeof RegressionDetected>, unit: UnitOfWork): Promise<void> {
    return this.tell(RegressionDetected, event, unit);
  }

  private tell(definition: EventDefinition, event: Envelope, unit: UnitOfWork): Promise<void> {
    return oweDeliveries(unit, this.jobs, event, (tenant) => messageOf(definition, event, tenant));
  }
}
