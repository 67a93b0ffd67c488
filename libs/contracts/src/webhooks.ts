import { z } from 'zod';
import {
  DraftCreated,
  DraftDiscarded,
  DraftPublicationRefused,
  DraftPublished,
  DraftRevised,
  DraftRevisionProposed,
} from './capturer';
import { CandidateCleared, CandidateFlagged, DigestMade, OwnerNotified, SweepCompleted } from './decay';
import { defineEvent } from './define';
import { SkillReviewed } from './registry';
import { RegressionDetected } from './telemetry';

/** The public events that webhooks may be told of. */
export const webhookEvents = [
  DraftCreated,
  DraftRevised,
  DraftRevisionProposed,
  DraftPublished,
  DraftPublicationRefused,
  DraftDiscarded,
  SkillReviewed,
  CandidateFlagged,
  CandidateCleared,
  OwnerNotified,
  SweepCompleted,
  DigestMade,
  RegressionDetected,
] as const;

/**
 * Told only to who names them: a sweep may move every item of a tenant at once. `*` is told of the sweep, with its
 * counts, and of the digest.
 */
export const toldByNameOnly: ReadonlySet<string> = new Set([
  ...[CandidateFlagged.name, CandidateCleared.name, OwnerNotified.name],
]);

/** The type of what is sent to try an address out. */
export const WEBHOOK_PING = 'webhook.ping';

/** What an endpoint wants to be told of: events by their names, or `*` for all but those of `toldByNameOnly`. */
export const webhookFilterSchema = z.enum(['*', ...webhookEvents.map(({ name }) => name)]);

export const WebhookDisabled = defineEvent(
  'gateway.webhook-disabled',
  1,
  z.object({ webhookId: z.uuid(), reason: z.string() }),
  { summary: 'A webhook is told of nothing more, because its receiver has failed for too long.' },
);
