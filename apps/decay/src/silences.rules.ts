/** Days from which nothing was heard of any item of the tenant, as times: from one midnight (UTC) until another. */
export interface Silence {
  readonly from: Date;
  readonly to: Date;
}

/** How much of a span of time was silent, in ms. */
export const silentMs = (silences: readonly Silence[], from: Date, to: Date): number =>
  silences.reduce((sum, silence) => {
    const begin = Math.max(silence.from.getTime(), from.getTime());
    return sum + Math.max(0, Math.min(silence.to.getTime(), to.getTime()) - begin);
  }, 0);
