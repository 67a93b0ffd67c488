import { Root } from 'protobufjs';
import { z } from 'zod';
import type { OtelLog } from '@loam/capture';

/** The fields that are read, under the numbers of opentelemetry-proto, `logs/v1/logs.proto` and `common/v1/common.proto`. */
const proto = Root.fromJSON({
  nested: {
    LogsData: { fields: { resourceLogs: { rule: 'repeated', type: 'ResourceLogs', id: 1 } } },
    ResourceLogs: { fields: { scopeLogs: { rule: 'repeated', type: 'ScopeLogs', id: 2 } } },
    ScopeLogs: { fields: { logRecords: { rule: 'repeated', type: 'LogRecord', id: 2 } } },
    LogRecord: {
      fields: {
        timeUnixNano: { type: 'fixed64', id: 1 },
        body: { type: 'AnyValue', id: 5 },
        attributes: { rule: 'repeated', type: 'KeyValue', id: 6 },
        observedTimeUnixNano: { type: 'fixed64', id: 11 },
        eventName: { type: 'string', id: 12 },
      },
    },
    KeyValue: { fields: { key: { type: 'string', id: 1 }, value: { type: 'AnyValue', id: 2 } } },
    AnyValue: {
      fields: {
        stringValue: { type: 'string', id: 1 },
        boolValue: { type: 'bool', id: 2 },
        intValue: { type: 'int64', id: 3 },
        doubleValue: { type: 'double', id: 4 },
      },
    },
    LogsAnswer: { fields: { partialSuccess: { type: 'PartialSuccess', id: 1 } } },
    PartialSuccess: {
      fields: { rejectedLogRecords: { type: 'int64', id: 1 }, errorMessage: { type: 'string', id: 2 } },
    },
  },
});
const requestType = proto.lookupType('LogsData');
const answerType = proto.lookupType('LogsAnswer');

/** 64-bit numbers come as texts, in JSON as in what is made of Protobuf. */
const numberSchema = z.union([z.number(), z.string().transform(Number)]);
const valueSchema = z
  .object({
    stringValue: z.string(),
    boolValue: z.boolean(),
    intValue: numberSchema,
    doubleValue: z.number(),
  })
  .partial()
  .transform(
    ({ stringValue, boolValue, intValue, doubleValue }) =>
      stringValue ?? boolValue ?? intValue ?? doubleValue,
  );
const keyValueSchema = z.object({ key: z.string(), value: valueSchema.optional() });
const recordSchema = z.object({
  timeUnixNano: z.string().or(z.number()).optional(),
  observedTimeUnixNano: z.string().or(z.number()).optional(),
  eventName: z.string().optional(),
  body: valueSchema.optional().catch(undefined),
  attributes: z.array(keyValueSchema).default([]),
});
const logsSchema = z.object({
  resourceLogs: z
    .array(
      z.object({
        scopeLogs: z.array(z.object({ logRecords: z.array(z.unknown()).default([]) })).default([]),
      }),
    )
    .default([]),
});

const MOST_RECORDS = 10_000;

/** Nanoseconds since 1970 as ISO 8601, if they are any. */
function timeOf(nanos: string | number | undefined): string | undefined {
  const ms = Number(nanos ?? 0) / 1e6;
  return ms > 0 && ms < 8e15 ? new Date(ms).toISOString() : undefined;
}

function toLog({ attributes, body, eventName, ...times }: z.output<typeof recordSchema>): OtelLog {
  const named = attributes.flatMap(({ key, value }) => (value === undefined ? [] : [[key, value] as const]));
  const byName = new Map(named);
  const said = eventName === undefined || eventName === '' ? byName.get('event.name') : eventName;
  return {
    event: String(said ?? body ?? ''),
    at: timeOf(times.timeUnixNano) ?? timeOf(times.observedTimeUnixNano),
    attributes: Object.fromEntries(named),
  };
}

export interface ReadLogs {
  readonly logs: readonly OtelLog[];
  /** Records that are none, or were too many. */
  readonly rejected: number;
}

/**
 * The log records of an export request.
 * @param body what JSON came to, or the bytes of Protobuf
 * @returns undefined where the body is no such request
 */
export function readLogs(body: unknown): ReadLogs | undefined {
  const parsed = logsSchema.safeParse(Buffer.isBuffer(body) ? decoded(body) : body);
  if (!parsed.success) return undefined;
  const records = parsed.data.resourceLogs.flatMap(({ scopeLogs }) =>
    scopeLogs.flatMap(({ logRecords }) => logRecords),
  );
  const logs = records.slice(0, MOST_RECORDS).flatMap((record) => {
    const read = recordSchema.safeParse(record);
    return read.success ? [toLog(read.data)] : [];
  });
  return { logs, rejected: records.length - logs.length };
}

function decoded(bytes: Buffer): unknown {
  try {
    return requestType.toObject(requestType.decode(bytes), { longs: String });
  } catch {
    return undefined;
  }
}

/** The answer to an export in the encoding in which it came; without rejected records it is empty. */
export function answerOf(rejected: number, asProtobuf: boolean): Buffer {
  const errorMessage = 'these records told of a use that could not be recorded';
  const answer = rejected === 0 ? {} : { partialSuccess: { rejectedLogRecords: rejected, errorMessage } };
  if (asProtobuf) return Buffer.from(answerType.encode(answerType.fromObject(answer)).finish());
  return Buffer.from(JSON.stringify(answer));
}
