import { destination, pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';
import { redact } from './redact';
import { currentTraceId } from './tracing';

/** JSON lines: `time`, `level`, `service`, `msg`, the `traceId` of what is being done, and the fields given. */
export type Log = Logger;

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

const standardOutput = (): DestinationStream => {
  const output = destination({ dest: 1, sync: true });
  // Whoever read our output has gone; that alone is no reason to stop.
  output.on('error', () => undefined);
  return output;
};

/** The log of a service, on stdout. Lines leave the process before the call returns; secrets do not leave it. */
export const createLog = (
  service: string,
  level: LogLevel,
  output: DestinationStream = standardOutput(),
): Log =>
  pino(
    {
      level,
      base: { service },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      mixin: () => {
        const traceId = currentTraceId();
        return traceId === undefined ? {} : { traceId };
      },
      hooks: { streamWrite: redact },
    },
    output,
  );
