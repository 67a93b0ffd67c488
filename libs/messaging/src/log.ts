/** What this library needs of a logger; pino's fits. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Is told of every request and event that was dealt with. */
export interface MessagingMetrics {
  /**
   * @param name of the request, or the event's subject and the slice
   * @param outcome of a request `ok` or the failure's code; of an event `handled`, `duplicate`, `skipped`, `retried`
   *   or `dead-lettered`
   */
  handled(kind: 'request' | 'event', name: string, outcome: string, seconds: number): void;
}

export const noMetrics: MessagingMetrics = { handled: () => undefined };
