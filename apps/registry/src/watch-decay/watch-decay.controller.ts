import { Controller } from '@nestjs/common';
import { CandidateChanged, CandidateCleared, CandidateFlagged } from '@loam/contracts/decay';
import type { DecayRule } from '@loam/contracts/decay-policy';
import { fact } from '@loam/contracts/define';
import type { EventOf } from '@loam/contracts/envelope';
import type { Item } from '@loam/contracts/skill';
import { NO_STREAM, type UnitOfWork } from '@loam/event-store';
import { OnEvent } from '@loam/messaging';
import { DecayNoted, decayNoteStream } from '../decay-note.stream';

interface News extends Item {
  readonly rules: DecayRule[];
  readonly since: string;
  /** Whether it is so since it was told before. */
  readonly isOngoing?: boolean;
  readonly asOf: number;
}

/** The latest news of an item counts, in whatever order it comes and however often. */
async function note(
  unit: UnitOfWork,
  { kind, slug, rules, since, isOngoing = false, asOf }: News,
): Promise<void> {
  const [known] = await unit.tx.query<{ as_of: number; revision: number; since: Date | null }[]>(
    `SELECT as_of, revision, CASE WHEN rules <> '{}' THEN since END AS since FROM decay_notes
     WHERE tenant_id = current_setting('loam.tenant')::uuid AND kind = $1 AND slug = $2`,
    [kind, slug],
  );
  if (asOf <= (known?.as_of ?? -1)) return;
  const begun = isOngoing ? (known?.since?.toISOString() ?? since) : since;
  await unit.append({
    ...{
      stream: decayNoteStream(unit.context.tenant, { kind, slug }),
      expected: known?.revision ?? NO_STREAM,
    },
    facts: [fact(DecayNoted, { kind, slug, rules, since: begun, asOf })],
  });
}

@Controller()
export class WatchDecayController {
  @OnEvent(CandidateFlagged, 'watch-decay')
  async watch(
    { data, revision: asOf, occurredAt: since }: EventOf<typeof CandidateFlagged>,
    unit: UnitOfWork,
  ): Promise<void> {
    const rules = data.reasons.map(({ rule }) => rule);
    await note(unit, { kind: data.kind, slug: data.slug, rules, since, asOf });
  }

  @OnEvent(CandidateChanged, 'watch-decay')
  async watchChange(
    { data: { kind, slug, rules }, revision: asOf, occurredAt: since }: EventOf<typeof CandidateChanged>,
    unit: UnitOfWork,
  ): Promise<void> {
    await note(unit, { kind, slug, rules, since, isOngoing: true, asOf });
  }

  @OnEvent(CandidateCleared, 'watch-decay')
  async watchEnd(
    { data, revision: asOf, occurredAt: since }: EventOf<typeof CandidateCleared>,
    unit: UnitOfWork,
  ): Promise<void> {
    await note(unit, { kind: data.kind, slug: data.slug, rules: [], since, asOf });
  }
}
