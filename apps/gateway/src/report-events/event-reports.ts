import { usageReportSchema, type EventResult, type ReportedEvent } from '@loam/contracts/http/events';
import type { ProblemCode } from '@loam/contracts/problems';
import type { Signal, SignalResult } from '@loam/contracts/telemetry';
import { Refused, valueOf, type Answer } from '@loam/messaging';
import type { Metrics } from '@loam/service';
import type { Principal } from '../authenticator';
import type { Edge } from '../edge';
import type { Pseudonyms } from '../pseudonyms';
import type { KnownSkills, NamedSkill, Unknown } from '../known-skills';
import type { UsageRecorder } from '../usage-recorder';
import { isTooDeep } from '../event-bodies';
import { demandFew, demandShallow, parseReport } from '../read-reports';
import type { EventQuota } from '../event-quota';
import { signalOfEvent } from './signal-of-event';

/** What was made of one event: what to record, or what is wrong with it. */
type Read = { readonly id: string; readonly signal: Signal } | { readonly result: EventResult };

interface Results {
  readonly results: readonly EventResult[];
}

interface Parts {
  readonly recorder: UsageRecorder;
  readonly known: KnownSkills;
  readonly pseudonyms: Pseudonyms;
  readonly quota: EventQuota;
  readonly metrics: Pick<Metrics, 'messages'>;
}

/** What is reported in events: read, checked, and handed on to be recorded. */
export class EventReports {
  constructor(private readonly parts: Parts) {}

  /**
   * Records one event.
   * @throws Refused with the problem that it has
   */
  async reportOne(item: unknown, { principal, reply }: Edge): Promise<Results> {
    demandShallow(item);
    const { tenantId: tenant } = principal;
    this.parts.quota.take(tenant, 1, (name, value) => reply.header(name, value));
    const [result] = await this.recordAll([parseReport(usageReportSchema, item)], principal);
    if (result !== undefined && !DONE.has(result.status)) {
      this.noteRefused([result]);
      throw refusalOf(result);
    }
    return { results: result === undefined ? [] : [result] };
  }

  /** Records events, each for itself; what is wrong with one is said in its result. */
  async reportAll(items: readonly unknown[], { principal, reply }: Edge): Promise<Results> {
    demandFew(items);
    demandShallow(items);
    this.parts.quota.take(principal.tenantId, items.length, (name, value) => reply.header(name, value));
    const results = await this.recordAll(
      items.map((item) => parseReport(usageReportSchema, item)),
      principal,
    );
    this.noteRefused(results);
    return { results };
  }

  /** What is answered where nothing is to be kept. */
  decline(items: readonly unknown[]): Results {
    demandFew(items);
    demandShallow(items);
    return { results: items.map((item) => declined(parseReport(usageReportSchema, item))) };
  }

  private noteRefused(results: readonly EventResult[]): void {
    for (const { status } of results)
      if (!DONE.has(status)) this.parts.metrics.messages.handled('event', 'report-events', status, 0);
  }

  /**
   * The way of nearly all: one event of a skill that is known, and of a tenant that may report it.
   * @returns undefined where it is anything else, and then nothing was done
   */
  reportPlain(
    item: unknown,
    { tenantId: tenant, tokenId: actor }: Principal,
    tell: (name: string, value: string) => unknown,
  ): Promise<Answer<EventResult>> | undefined {
    const { known, quota, recorder, pseudonyms } = this.parts;
    const event = isTooDeep(item) ? undefined : usageReportSchema.safeParse(item).data;
    const slug = event === undefined ? undefined : known.slugOf(tenant, nameOf(event));
    if (event === undefined || slug === undefined || !isWanted(event) || !quota.allows(tenant))
      return undefined;
    quota.take(tenant, 1, tell);
    const signal = signalOfEvent(event, slug, { tenant, actor, now: new Date().toISOString(), pseudonyms });
    return recorder
      .record(signal)
      .then((answer) => (answer.ok ? { ok: true, value: resultOf(event.id, answer.value) } : answer));
  }

  private async recordAll(
    parsed: readonly (ReportedEvent | EventResult)[],
    { tenantId: tenant, tokenId: actor }: Principal,
  ): Promise<EventResult[]> {
    const wanted = parsed.map((event) => ('status' in event || isWanted(event) ? event : declined(event)));
    const unknown = await this.demand(tenant, wanted);
    const reporter = { tenant, actor, now: new Date().toISOString(), pseudonyms: this.parts.pseudonyms };
    const read = wanted.map((event): Read => {
      if ('status' in event) return { result: event };
      const slug = this.parts.known.slugOf(tenant, nameOf(event));
      if (slug === undefined) return { result: unknownOf(event, unknown.get(event)) };
      return { id: event.id, signal: signalOfEvent(event, slug, reporter) };
    });
    const signals = read.flatMap((each) => ('signal' in each ? each.signal : []));
    const recorded =
      signals.length === 0 ? [] : valueOf(await this.parts.recorder.recordAll(tenant, signals));
    let next = 0;
    return read.map((each) => {
      if ('result' in each) return each.result;
      const result = recorded[next] ?? 'recorded';
      next += 1;
      return resultOf(each.id, result);
    });
  }

  /** Makes sure that what is asked about was asked. @returns why not, of events whose skill or version does not exist */
  private async demand(
    tenant: string,
    events: readonly (ReportedEvent | EventResult)[],
  ): Promise<ReadonlyMap<ReportedEvent, Unknown>> {
    const asked = new Map<NamedSkill, ReportedEvent>();
    for (const event of events) {
      if ('status' in event) continue;
      const named = nameOf(event);
      if (this.parts.known.slugOf(tenant, named) === undefined) asked.set(named, event);
    }
    if (asked.size === 0) return new Map();
    const missing = await this.parts.known.learn(tenant, [...asked.keys()]);
    return new Map(
      [...asked].flatMap(([named, event]) => {
        const reason = missing.get(named);
        return reason === undefined ? [] : [[event, reason] as const];
      }),
    );
  }
}

/** Who reports it may have said that it is not to be kept. */
const isWanted = ({ data }: ReportedEvent): boolean => data.tracker?.enabled !== false;
const declined = (event: ReportedEvent | EventResult): EventResult =>
  'type' in event ? { id: event.id, status: 'declined' } : event;
const DONE: ReadonlySet<EventResult['status']> = new Set(['recorded', 'declined']);

const nameOf = ({ data }: ReportedEvent): NamedSkill => ({
  kind: data.kind,
  name: data.skill,
  version: data.version ?? null,
});

const unknownOf = ({ id, data }: ReportedEvent, reason: Unknown = 'skill-not-found'): EventResult => ({
  ...{ id, status: 'unknown-skill', code: reason },
  ...(reason === 'skill-not-found'
    ? { pointer: '/data/skill', detail: `There is no ${data.kind} called ${data.skill}.` }
    : { pointer: '/data/version', detail: `There is no version ${data.version ?? ''} of ${data.skill}.` }),
});

const RESULTS: Readonly<Record<'conflict' | 'foreign' | 'mismatched', Omit<EventResult, 'id'>>> = {
  conflict: {
    status: 'conflict',
    code: 'usage-conflict',
    pointer: '/id',
    detail: 'The id was reported before, with other content.',
  },
  foreign: {
    ...{ status: 'foreign', code: 'invocation-foreign', pointer: '/data/invocation_id' },
    detail: 'Another token began this invocation.',
  },
  mismatched: {
    ...{ status: 'invalid', code: 'event-invalid', pointer: '/data/skill' },
    detail: 'The invocation was started with another skill or version.',
  },
};

const resultOf = (id: string, status: SignalResult): EventResult =>
  status === 'recorded' || status === 'declined' ? { id, status } : { id, ...RESULTS[status] };

const CODES = {
  invalid: 'event-invalid',
  conflict: 'usage-conflict',
  foreign: 'invocation-foreign',
} as const satisfies Record<string, ProblemCode>;

/** The problem that one event alone is answered with. */
function refusalOf({ status, code: said, pointer, detail = '' }: EventResult): Refused {
  const code =
    status === 'invalid' || status === 'conflict' || status === 'foreign'
      ? CODES[status]
      : said === 'version-not-found'
        ? said
        : 'skill-not-found';
  const errors = pointer === undefined ? [] : [{ code, detail, pointer }];
  return new Refused({ code, detail, errors });
}
