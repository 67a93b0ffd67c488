import { createHash } from 'node:crypto';
import { captureTypeSchema, type Capture } from '@loam/contracts/capture';
import type { CaptureReport } from '@loam/contracts/http/capture';
import { redactAndCut } from '@loam/redaction';
import { idOfEvent, uuidOf } from './event-id';
import type { Pseudonyms } from './pseudonyms';

/** Who reports, and what names are replaced with. */
export interface Reporter {
  readonly tenant: string;
  /** The id of the token. */
  readonly actor: string;
  /** When it was received, ISO 8601. */
  readonly now: string;
  readonly pseudonyms: Pseudonyms;
}

/** Loam's id of a session: only the token that began it can name it, so nobody goes on with the session of another. */
export const sessionIdOf = (
  { tenant, actor, pseudonyms }: Pick<Reporter, 'tenant' | 'actor' | 'pseudonyms'>,
  session: string,
): string => uuidOf(pseudonyms.of(tenant, 'session', `${actor}\0${session}`));

/** Whose session it is: as the client says, else the token's. */
export const personOf = (
  { tenant, actor, pseudonyms }: Pick<Reporter, 'tenant' | 'actor' | 'pseudonyms'>,
  user?: string | null,
): string => pseudonyms.of(tenant, 'person', user ?? actor);

/** U+0000 and halves of surrogate pairs, which Postgres stores nowhere. */
const UNSTORABLE = /[\0\p{Surrogate}]/gu;

/** What is kept of a value: a text without what is secret or personal. */
const kept = (value: string | number | boolean): string | number | boolean =>
  typeof value === 'string' ? redactAndCut(value.replace(UNSTORABLE, '\uFFFD'), 4000) : value;

/** What a report tells, with pseudonyms in place of all that names somebody and its texts redacted. */
export function captureOfReport(report: CaptureReport, reporter: Reporter): Capture {
  const { session, sequence, project, user, ...said } = report.data;
  const { tenant, actor, pseudonyms, now } = reporter;
  const capture = {
    session: sessionIdOf(reporter, session),
    type: captureTypeSchema.parse(report.type.slice('loam.capture.'.length)),
    sequence: sequence ?? null,
    person: personOf(reporter, user),
    project: project == null ? null : pseudonyms.of(tenant, 'project', project),
    data: Object.fromEntries(
      Object.entries(said).flatMap(([name, value]) => (value == null ? [] : [[name, kept(value)]])),
    ),
  };
  const told = JSON.stringify([capture, report.time]);
  return {
    ...capture,
    // Clients that count their events all begin with the same ids: those are each token's own.
    id: idOfEvent({ id: report.id, source: `${actor}\0${report.source}` }),
    sha256: createHash('sha256').update(told).digest('hex'),
    at: report.time === undefined ? now : new Date(report.time).toISOString(),
  };
}
