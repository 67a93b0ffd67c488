import type { BlobStore } from '@loam/blobs';
import type { Output, ProblemOf } from '@loam/contracts/define';
import type { RefreshPlan } from '@loam/contracts/plans';
import type { EventContext, EventStore } from '@loam/event-store';
import { reject, uuidv7, type Rejection } from '@loam/kernel';
import { changeProjects } from '../change-projects';
import { findPlan } from '../plan.queries';
import type { FetchedPlan, PlanSource } from '../plan-source';
import { keepPlanText } from '../plan-texts';
import { takePlan, type Taken } from '../take-plan.decider';

interface Parts {
  readonly store: EventStore;
  readonly blobs: BlobStore;
  readonly source: PlanSource;
}

/** Fetches the active plan of a project again. `asked` tells whether somebody wants it now. */
export async function refreshPlan(
  { store, blobs, source }: Parts,
  context: EventContext,
  { slug, asked }: { readonly slug: string; readonly asked: boolean },
): Promise<Output<typeof RefreshPlan> | Rejection<ProblemOf<typeof RefreshPlan>>> {
  const { database } = store;
  const active = await database.tenant(context.tenant, (tx) => findPlan(tx, slug, null));
  if ('rejected' in active) return active;
  const { sourceUrl, sourceType, version } = active;
  if (sourceType === 'file' || sourceUrl === null)
    return reject('plan-source-missing', `The active plan of ${slug} came from no address.`);
  const fetched = await source.fetch(sourceUrl, active.sourceEtag);
  const taken = await keep(fetched, async ({ text, etag }) => ({
    ...{ planId: uuidv7(), ...(await keepPlanText({ database, blobs }, text)) },
    ...{ sourceType, sourceUrl, sourceEtag: etag },
  }));
  const outcome = await changeProjects(store, context, {
    ...{ slug, decider: takePlan, command: () => ({ slug, taken, asked, basedOn: version }) },
  });
  if ('rejected' in outcome) return outcome;
  const now = outcome.state.status === 'live' ? (outcome.state.active?.version ?? version) : version;
  if (taken.outcome === 'failed') return { outcome: 'failed', version: now, error: taken.reason };
  return { outcome: now === version ? 'unchanged' : 'updated', version: now, error: null };
}

type Text = Extract<Taken, { readonly outcome: 'text' }>['text'];

/** A source that answers with nothing has failed: an empty plan would take a good one's place. */
async function keep(
  fetched: FetchedPlan,
  store: (text: Extract<FetchedPlan, { readonly outcome: 'text' }>) => Promise<Text>,
): Promise<Taken> {
  if (fetched.outcome !== 'text') return fetched;
  return fetched.text.trim() === ''
    ? { outcome: 'failed', reason: 'It holds no text.' }
    : { outcome: 'text', text: await store(fetched) };
}
