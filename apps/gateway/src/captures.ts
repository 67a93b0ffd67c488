import { RecordCaptures, type Capture, type CaptureResult } from '@loam/contracts/capture';
import { captureReportSchema } from '@loam/contracts/http/capture';
import type { EventResult } from '@loam/contracts/http/events';
import { Refused, valueOf, type Bus } from '@loam/messaging';
import { captureOfReport, type Reporter } from './capture-of-report';
import type { Edge } from './edge';
import type { EventQuota } from './event-quota';
import { parseReport } from './read-reports';
import type { Pseudonyms } from './pseudonyms';

/** Of one request to capturer, in characters of JSON; a message of the broker may have a megabyte. */
const MOST_CHARACTERS = 400_000;

interface Parts {
  readonly bus: Bus;
  readonly pseudonyms: Pseudonyms;
  readonly quota: EventQuota;
}

/** What is captured of sessions: read, made anonymous and handed on to capturer. */
export class Captures {
  constructor(private readonly parts: Parts) {}

  /**
   * Records reports, each for itself; what is wrong with one is said in its result. Resolves when they are durable.
   * @throws Refused while capturer is away, or where the tenant has reported too much
   */
  async report(items: readonly unknown[], edge: Edge): Promise<EventResult[]> {
    const reporter = this.reporterOf(edge);
    this.parts.quota.take(reporter.tenant, items.length, (name, value) => edge.reply.header(name, value));
    const read = items.map((item): { capture: Capture; id: string } | { result: EventResult } => {
      const report = parseReport(captureReportSchema, item);
      if ('status' in report) return { result: report };
      return { id: report.id, capture: captureOfReport(report, reporter) };
    });
    const recorded = await this.recordAll(
      read.flatMap((each) => ('capture' in each ? each.capture : [])),
      edge,
    );
    let next = 0;
    return read.map((each) => {
      if ('result' in each) return each.result;
      const result = recorded[next] ?? 'recorded';
      next += 1;
      return resultOf(each.id, result);
    });
  }

  /** Who reports over this edge. */
  reporterOf({ principal: { tenantId: tenant, tokenId: actor } }: Edge): Reporter {
    return { tenant, actor, now: new Date().toISOString(), pseudonyms: this.parts.pseudonyms };
  }

  private async recordAll(captures: readonly Capture[], { caller }: Edge): Promise<CaptureResult[]> {
    const results: CaptureResult[] = [];
    for (const group of groupsOf(captures)) {
      const answer = await this.parts.bus.request(RecordCaptures, { captures: group }, caller);
      results.push(...valueOf(answer).results);
    }
    return results;
  }
}

/** The captures in order, in groups that fit into a message each. */
function groupsOf(captures: readonly Capture[]): Capture[][] {
  const groups: Capture[][] = [];
  let left = 0;
  for (const capture of captures) {
    const size = JSON.stringify(capture).length;
    if (size > left) {
      groups.push([]);
      left = MOST_CHARACTERS;
    }
    left -= size;
    groups.at(-1)?.push(capture);
  }
  return groups;
}

const resultOf = (id: string, status: CaptureResult): EventResult =>
  status === 'recorded'
    ? { id, status }
    : {
        ...{ id, status, code: 'capture-conflict', pointer: '/id' },
        detail: 'The id was captured before, with other content.',
      };

/** The problem that one report alone is answered with, if it has one. */
export function refusalOf({ status, pointer, detail = '' }: EventResult): Refused | undefined {
  if (status === 'recorded') return undefined;
  const code = status === 'conflict' ? 'capture-conflict' : 'event-invalid';
  const errors = pointer === undefined ? [] : [{ code, detail, pointer }];
  return new Refused({ code, detail, errors });
}
