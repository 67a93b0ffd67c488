import { Controller } from '@nestjs/common';
import { SkillReviewed, SkillScanned } from '@loam/contracts/registry';
import type { EventOf } from '@loam/contracts/envelope';
import type { Verdict } from '@loam/contracts/skill';
import { NO_STREAM, type UnitOfWork } from '@loam/event-store';
import { OnEvent } from '@loam/messaging';
import { findPublished } from '../draft.queries';
import { draftEvents, draftStream } from '../draft.stream';
import { hearVerdict, type Judgement } from './watch-verdicts.decider';

const verdictOf = { allow: 'pass', block: 'blocked' } as const satisfies Record<string, Verdict>;

/** What is decided in registry about a version reaches the draft that it was. */
@Controller()
export class WatchVerdictsController {
  @OnEvent(SkillScanned, 'watch-scans')
  async scanned({ data }: EventOf<typeof SkillScanned>, unit: UnitOfWork): Promise<void> {
    const { slug, version, verdict } = data;
    if (data.kind === 'skill') await note(unit, { slug, version, verdict, by: 'scan' });
  }

  @OnEvent(SkillReviewed, 'watch-reviews')
  async reviewed({ data }: EventOf<typeof SkillReviewed>, unit: UnitOfWork): Promise<void> {
    const { slug, version, decision } = data;
    if (data.kind === 'skill')
      await note(unit, { slug, version, verdict: verdictOf[decision], by: 'review' });
  }
}

async function note(unit: UnitOfWork, judged: Omit<Judgement, 'draftId'>): Promise<void> {
  const draftId = await findPublished(unit.tx, judged);
  if (draftId === undefined) return;
  const stream = draftStream(unit.context.tenant, draftId);
  const history = await unit.readStream(stream);
  const state = history.reduce(
    (before, { type, data }) => hearVerdict.evolve(before, draftEvents.parse({ type, data })),
    hearVerdict.initial,
  );
  const decision = hearVerdict.decide({ ...judged, draftId }, state);
  if ('rejected' in decision || decision.events.length === 0) return;
  const expected = history.at(-1)?.revision ?? NO_STREAM;
  await unit.append({ stream, expected, facts: decision.events });
}
