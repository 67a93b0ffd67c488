import { z } from 'zod';
import { defineRoute } from '../define';

export const PROTOBUF = 'application/x-protobuf';

export const receiveHook = defineRoute('receiveHook', 'POST /v1/hooks/claude-code', {
  tag: 'Usage',
  summary:
    'Take a payload of a Claude Code HTTP hook as it is. What tells of the use of a skill is recorded, and where the token ' +
    'has `capture:write` also what tells of a session; everything else, unknown events and fields included, is passed over',
  scope: 'telemetry:write',
  body: z.unknown(),
  status: 204,
});

export const receiveLogs = defineRoute('receiveLogs', 'POST /v1/otlp/v1/logs', {
  tag: 'Usage',
  summary:
    'Take log records by OTLP/HTTP, as JSON or Protobuf: what they tell of activated skills and of the cost under a ' +
    'skill is recorded. Set OTEL_EXPORTER_OTLP_ENDPOINT to …/v1/otlp',
  scope: 'telemetry:write',
  accepts: [PROTOBUF],
  body: z.unknown(),
  media: 'application/json',
});
