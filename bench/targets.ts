/** What a figure has to be. */
export interface Target {
  readonly id: string;
  readonly metric: 'rate' | 'cpu' | 'p50' | 'p99' | 's' | 'MiB' | 'per second';
  readonly atLeast?: number;
  readonly atMost?: number;
  /** A shape that noise cannot fake: it is asked for on any machine and at any size. */
  readonly law?: true;
}

/** Every target of the groups, in one place; what is not measured in a run has no figure in its table. */
export const targets = {
  download: { id: 'download rate / Verdaccio', metric: 'rate', atLeast: 12 },
  downloadCpu: { id: 'download CPU / nginx', metric: 'cpu', atMost: 3 },
  metadata: { id: 'metadata rate / Verdaccio', metric: 'rate', atLeast: 8 },
  publish: { id: 'publish rate / Verdaccio, 16 clients', metric: 'rate', atLeast: 4 },
  publishAlone: { id: 'publish rate / Verdaccio, 1 client', metric: 'rate', atLeast: 2.5 },
  closureLayers: { id: 'closure rate / recursive query, layers', metric: 'rate', atLeast: 20 },
  closureHostile: { id: 'closure rate / recursive query, hostile graph', metric: 'rate', atLeast: 20 },
  closureBounded: {
    ...{ id: 'closure time, hostile graph / layers', metric: 'p50', atMost: 10 },
    law: true,
  },
  resolve: { id: 'resolve of 100 roots', metric: 'p50', atMost: 20 },
  lastPage: { id: 'last page / first page', metric: 'p50', atMost: 2 },
  lastPageWork: { id: 'work for the last page / the first', metric: 'cpu', atMost: 2, law: true },
  coldStart: { id: 'cold start', metric: 's' },
  warmStart: { id: 'warm start', metric: 's', atMost: 5 },
  memoryAtRest: { id: 'memory of the five services at rest (PSS)', metric: 'MiB', atMost: 450 },
  importRate: { id: 'import of the corpus, items', metric: 'per second', atLeast: 40 },
} as const satisfies Record<string, Target>;

/** What a search for some kind of words may take. */
export const searchTarget = (words: string, mostMs: number) =>
  ({ id: `p99 of ${words}`, metric: 'p99', atMost: mostMs }) as const satisfies Target;
