import type { LoggerService } from '@nestjs/common';
import type { Log } from './log';

/** Nest's own log: warnings and errors only, since what it says while it starts helps nobody. */
export class NestLog implements LoggerService {
  constructor(private readonly output: Log) {}

  log(): void {
    // Dropped, as are `debug` and `verbose`, which Nest calls only where they exist.
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.output.warn({ from: sourceOf(rest) }, textOf(message));
  }

  error(message: unknown, ...rest: unknown[]): void {
    const error = [message, ...rest].find((part) => part instanceof Error);
    this.output.error(
      { from: sourceOf(rest), ...(error === undefined ? {} : { err: error }) },
      textOf(message),
    );
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.error(message, ...rest);
  }
}

/** Nest passes the name of the class that logs as the last argument. */
const sourceOf = (rest: readonly unknown[]): string | undefined => {
  const last = rest.at(-1);
  return typeof last === 'string' ? last : undefined;
};

const textOf = (message: unknown): string => {
  if (message instanceof Error) return message.message;
  return typeof message === 'string' ? message : JSON.stringify(message);
};
