import type { ReportedEvent } from '@loam/contracts/http/events';
import type { Signal } from '@loam/contracts/telemetry';
import { activationKeys, triggerOf } from '../activation-keys';
import { idOfEvent } from '../event-id';
import type { Pseudonyms } from '../pseudonyms';

const TYPES = {
  'loam.usage.view': 'view',
  'loam.usage.download': 'download',
  'loam.usage.install': 'install',
  'loam.usage.activation': 'activation',
  'loam.invocation.started': 'started',
  'loam.invocation.ended': 'ended',
  'loam.invocation.rated': 'rated',
  'loam.invocation.corrected': 'corrected',
  'loam.outcome.reported': 'outcome',
} as const satisfies Record<ReportedEvent['type'], Signal['type']>;

interface Reporter {
  readonly tenant: string;
  /** The id of the token. */
  readonly actor: string;
  /** When the events were received, ISO 8601. */
  readonly now: string;
  readonly pseudonyms: Pseudonyms;
}

/** What an event tells, with pseudonyms in place of all that names somebody. */
export function signalOfEvent(
  event: ReportedEvent,
  slug: string,
  { tenant, actor, now, pseudonyms }: Reporter,
): Signal {
  const { data } = event;
  const id = idOfEvent(event);
  // Without spreads, which make objects that all who read them pay for.
  const signal: Signal = {
    id,
    tenant,
    type: TYPES[event.type],
    source: 'api',
    kind: data.kind,
    slug,
    version: data.version ?? null,
    at: event.time === undefined ? now : utc(event.time),
    actor,
  };
  const session = data.session == null ? undefined : pseudonyms.of(tenant, 'session', data.session);
  if (data.project != null) signal.project = pseudonyms.of(tenant, 'project', data.project);
  if (session !== undefined) signal.session = session;
  if (data.user != null) signal.person = pseudonyms.of(tenant, 'person', data.user);
  if (data.trigger != null) signal.trigger = triggerOf(data.trigger);
  const particulars = particularsOf(event, { id, tenant, slug, session, pseudonyms });
  return particulars === undefined ? signal : Object.assign(signal, particulars);
}

const utc = (time: string): string => (time.endsWith('Z') ? time : new Date(time).toISOString());

interface About {
  readonly id: string;
  readonly tenant: string;
  readonly slug: string;
  readonly session: string | undefined;
  readonly pseudonyms: Pseudonyms;
}

/** What only events of this type tell. */
function particularsOf(
  event: ReportedEvent,
  { id, pseudonyms, ...about }: About,
): Partial<Signal> | undefined {
  switch (event.type) {
    case 'loam.usage.view':
    case 'loam.usage.download':
    case 'loam.usage.install':
      return undefined;
    case 'loam.usage.activation':
      return activationKeys(
        {
          ...{ ...about, kind: event.data.kind },
          ...{ toolUse: event.data.tool_use_id, prompt: event.data.prompt_id },
        },
        pseudonyms,
      );
    case 'loam.invocation.started':
      return { invocation: event.data.invocation_id ?? id };
    case 'loam.invocation.ended': {
      const { invocation_id: invocation, outcome, duration_ms, follow_up_iterations } = event.data;
      return {
        ...{ invocation, outcome, ...judgementOf(event.data) },
        ...(duration_ms == null ? {} : { durationMs: duration_ms }),
        ...(follow_up_iterations == null ? {} : { followUps: follow_up_iterations }),
      };
    }
    case 'loam.invocation.rated':
      return { invocation: event.data.invocation_id, rating: event.data.rating };
    case 'loam.invocation.corrected':
      return { invocation: event.data.invocation_id };
    case 'loam.outcome.reported': {
      const { invocation_id: invocation, outcome } = event.data;
      return { outcome, ...judgementOf(event.data), ...(invocation == null ? {} : { invocation }) };
    }
  }
}

interface Judgement {
  readonly by?: Signal['judge'] | null | undefined;
  readonly cost_usd?: number | null | undefined;
}

const judgementOf = ({ by, cost_usd: cost }: Judgement): Partial<Signal> => ({
  ...(by == null ? {} : { judge: by }),
  ...(cost == null ? {} : { cost }),
});
