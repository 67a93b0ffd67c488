import type { EventData } from '@loam/contracts/define';
import type { SkillUsed } from '@loam/contracts/telemetry';
import type { Append, UnitOfWork } from '@loam/event-store';
import { readVitals } from '../observe';
import { evolveVitals, vitalsStream, type Vitals, type VitalsEvent } from '../vitals.stream';
import { watchUse } from './watch-use.decider';

type Use = EventData<typeof SkillUsed>;

/** Decides about many uses of a tenant in order and appends what comes of it, in a few statements for all. */
export async function observeUses(unit: UnitOfWork, uses: readonly Use[]): Promise<void> {
  const find = await readVitals(
    unit.tx,
    uses.map(({ kind, slug, version, day }) => ({ kind, slug, use: { version, day } })),
  );
  const items = new Map<
    string,
    { state: Vitals; readonly expected: number; readonly facts: VitalsEvent[] }
  >();
  for (const use of uses) {
    const stream = vitalsStream(unit.context.tenant, use);
    let item = items.get(stream);
    if (item === undefined) {
      const { vitals, revision } = find(use);
      item = { state: vitals, expected: revision, facts: [] };
      items.set(stream, item);
    }
    const decision = watchUse.decide(use, item.state);
    if ('rejected' in decision) continue;
    item.facts.push(...decision.events);
    item.state = decision.events.reduce(evolveVitals, item.state);
  }
  const appends = [...items].flatMap(([stream, { expected, facts }]): Append[] =>
    facts.length === 0 ? [] : [{ stream, expected, facts }],
  );
  if (appends.length > 0) await unit.append(...appends);
}
