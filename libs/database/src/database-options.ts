export interface DatabaseOptions {
  /** Connection of the service's *app* role, bound by row-level security to one tenant per transaction. */
  readonly url: string;
  /** Connection of its *system* role, for what has no tenant: relay, rebuild, reconcilers. */
  readonly systemUrl: string;
  /** The service's own schema, the only one that its roles can see. */
  readonly schema: string;
  readonly applicationName: string;
  readonly poolSize: number;
}
