import { Root } from 'protobufjs';
import { answerOf, readLogs } from './otlp-logs';

const nanos = String(BigInt(Date.parse('2026-03-10T12:00:00Z')) * 1_000_000n);
const request = {
  resourceLogs: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'claude-code' } }] },
      scopeLogs: [
        {
          logRecords: [
            {
              timeUnixNano: nanos,
              body: { stringValue: 'claude_code.skill_activated' },
              attributes: [
                { key: 'event.name', value: { stringValue: 'skill_activated' } },
                { key: 'skill.name', value: { stringValue: 'deploying' } },
                { key: 'event.sequence', value: { intValue: '7' } },
                { key: 'cost_usd', value: { doubleValue: 0.5 } },
                { key: 'nested', value: { arrayValue: { values: [] } } },
              ],
            },
          ],
        },
      ],
    },
  ],
};
const log = {
  ...{ event: 'skill_activated', at: '2026-03-10T12:00:00.000Z' },
  attributes: {
    'event.name': 'skill_activated',
    'skill.name': 'deploying',
    'event.sequence': 7,
    cost_usd: 0.5,
  },
};

/** The whole of the protocol's messages that these tests send, apart from those that are read. */
const proto = Root.fromJSON({
  nested: {
    Request: { fields: { resourceLogs: { rule: 'repeated', type: 'ResourceLogs', id: 1 } } },
    ResourceLogs: {
      fields: {
        resource: { type: 'Resource', id: 1 },
        scopeLogs: { rule: 'repeated', type: 'ScopeLogs', id: 2 },
      },
    },
    Resource: { fields: { attributes: { rule: 'repeated', type: 'KeyValue', id: 1 } } },
    ScopeLogs: { fields: { logRecords: { rule: 'repeated', type: 'LogRecord', id: 2 } } },
    LogRecord: {
      fields: {
        timeUnixNano: { type: 'fixed64', id: 1 },
        severityText: { type: 'string', id: 3 },
        body: { type: 'AnyValue', id: 5 },
        attributes: { rule: 'repeated', type: 'KeyValue', id: 6 },
      },
    },
    KeyValue: { fields: { key: { type: 'string', id: 1 }, value: { type: 'AnyValue', id: 2 } } },
    AnyValue: {
      fields: {
        stringValue: { type: 'string', id: 1 },
        intValue: { type: 'int64', id: 3 },
        doubleValue: { type: 'double', id: 4 },
        arrayValue: { type: 'ArrayValue', id: 5 },
      },
    },
    ArrayValue: { fields: { values: { rule: 'repeated', type: 'AnyValue', id: 1 } } },
  },
});

describe('an export of logs', () => {
  it('ING-10 is read from JSON and from Protobuf alike', () => {
    const type = proto.lookupType('Request');
    const bytes = Buffer.from(type.encode(type.fromObject(request)).finish());
    expect(readLogs(request)).toEqual({ logs: [log], rejected: 0 });
    expect(readLogs(bytes)).toEqual({ logs: [log], rejected: 0 });
  });

  it('is none where it is something else', () => {
    for (const none of [undefined, null, 7, 'x', { resourceLogs: 7 }, Buffer.from([0xff, 0xff, 0xff])])
      expect(readLogs(none)).toBeUndefined();
    expect(readLogs({})).toEqual({ logs: [], rejected: 0 });
  });

  it('ING-10 counts the records that are none', () => {
    const records = [{ logRecords: [7, { attributes: 'x' }, { eventName: 'a' }] }];
    expect(readLogs({ resourceLogs: [{ scopeLogs: records }] })).toMatchObject({ rejected: 2 });
  });

  it('ING-10 is answered with what was rejected, in the encoding in which it came', () => {
    expect(answerOf(0, true)).toHaveLength(0);
    expect(JSON.parse(answerOf(0, false).toString())).toEqual({});
    expect(JSON.parse(answerOf(3, false).toString())).toMatchObject({
      partialSuccess: { rejectedLogRecords: 3 },
    });
    expect(answerOf(3, true).subarray(2, 4)).toEqual(Buffer.from([0x08, 3]));
  });
});
