import type { Target } from './run-file';

/** Every target of the groups, in one place; what is not measured in a run has no figure in its table. */
export const targets = {
  controllerCpu: { id: 'CPU of a Nest controller / Fastify', metric: 'cpu', atMost: 1.5 },
  ownRouteCpu: { id: 'CPU of the route of events / Fastify', metric: 'cpu', atMost: 1.2 },
  ingestCpu: { id: 'one event per POST: CPU of the naive way / loam', metric: 'cpu', atLeast: 20 },
  ingestRate: { id: 'one event per POST: rate of loam / the naive way', metric: 'rate', atLeast: 10 },
  ingestFloor: { id: 'one event per POST: CPU of loam / of taking it', metric: 'cpu', atMost: 2.2 },
  hotSkill: { id: 'one event per POST: CPU of one hot skill / many', metric: 'cpu', atMost: 1.1 },
  batchCpu: { id: 'CPU µs of an event of a hundred', metric: 'cpu', atMost: 25 },
  fixedRate: { id: 'p99 at 3,000 events/s / p99 of the naive way at 500/s', metric: 'p99', atMost: 0.1 },
  fixedRateP99: { id: 'p99 ms at 3,000 events/s', metric: 'p99', atMost: 50 },
  batchStatements: {
    ...{ id: 'statements for a batch of 1,000 events / of 100', metric: 'statements', atMost: 4 },
    law: true,
  },
  soakHeap: {
    id: 'what is live on the heaps after 30 s of events / before',
    ...{ metric: 'heap', atMost: 1.2, law: true },
  },
  appendAlone: { id: 'append: rate of loam / emmett, 1 writer', metric: 'rate', atLeast: 2 },
  append: { id: 'append: rate of loam / emmett, 16 writers', metric: 'rate', atLeast: 2.5 },
  appendMany: { id: 'append: many streams in one commit / emmett, 16 writers', metric: 'rate', atLeast: 10 },
  download: { id: 'download: rate of loam / Verdaccio', metric: 'rate', atLeast: 12 },
  downloadCpu: { id: 'download: CPU of loam / nginx', metric: 'cpu', atMost: 3 },
  metadata: { id: 'metadata: rate of loam / Verdaccio', metric: 'rate', atLeast: 8 },
  publish: { id: 'publish: rate of loam / Verdaccio, 16 clients', metric: 'rate', atLeast: 4 },
  publishAlone: { id: 'publish: rate of loam / Verdaccio, 1 client', metric: 'rate', atLeast: 2.5 },
  presign: { id: 'signed address: CPU of the SDK / loam', metric: 'cpu', atLeast: 25 },
  lastPage: { id: 'p99 of the last page of the list / the first', metric: 'p99', atMost: 2 },
  lastPageWork: { id: 'CPU for the last page of the list / the first', metric: 'cpu', atMost: 2, law: true },
  timelinePages: {
    id: 'pages read for a timeline of ten times the events / of fewer',
    ...{ metric: 'pages', atMost: 1.3, law: true },
  },
  timelineGrowth: { id: 'timeline: time of ten times the events', metric: 'p50', atMost: 1.3 },
  timelineTenant: { id: 'timeline: year of a tenant / its sums alone', metric: 'p50', atMost: 2 },
  timelineHot: { id: 'timeline: year of a hot skill / its sums alone', metric: 'p50', atMost: 2 },
  timelineLive: { id: 'timeline: live / year of a hot skill', metric: 'p50', atLeast: 500 },
  timelineAny: { id: 'timeline: p50 ms of the year of any skill', metric: 'p50', atMost: 3 },
  topSkills: { id: 'p50 ms of the 20 most used skills of 30 days', metric: 'p50', atMost: 5 },
  dropMonth: { id: 'a month of use: time to delete / to drop', metric: 'p50', atLeast: 20 },
  dropGrowth: { id: 'a month of use: time to drop / to drop an empty one', metric: 'p50', atMost: 5 },
  candidates: { id: 'candidates for decay: live NOT EXISTS / loam', metric: 'p50', atLeast: 50 },
  candidatesJoin: { id: 'candidates for decay: live LEFT JOIN / loam', metric: 'p50', atLeast: 300 },
  closureLayers: { id: 'closure: rate of loam / recursive query', metric: 'rate', atLeast: 20 },
  closureHostile: {
    ...{ id: 'closure of a hostile graph: rate of loam / recursive query', metric: 'rate', atLeast: 20 },
  },
  closureBounded: {
    ...{ id: 'closure: time of a hostile graph / layers', metric: 'p50', atMost: 10 },
    law: true,
  },
  resolve: { id: 'p50 ms of a plan for 100 roots', metric: 'p50', atMost: 20 },
  hook: { id: 'p99 ms of a hook, process start included', metric: 'p99', atMost: 100 },
  hookStart: { id: 'time of a hook / of a start of Node', metric: 'p50', atMost: 2 },
  coldStart: { id: 'cold start', metric: 's' },
  warmStart: { id: 'warm start', metric: 's', atMost: 5 },
  memoryAtRest: { id: 'memory of the five services at rest (PSS)', metric: 'MiB', atMost: 450 },
  importRate: { id: 'import of the corpus, items', metric: 'per second', atLeast: 40 },
  importAgain: { id: 'import of the same again', metric: 's' },
  replayCheck: { id: 'replay check of all services after it', metric: 's' },
} as const satisfies Record<string, Target>;

/** What a search for some kind of words may take. */
export const searchTarget = (words: string, items: string, mostMs: number) =>
  ({ id: `search of ${items}: p99 ms of ${words}`, metric: 'p99', atMost: mostMs }) as const satisfies Target;

/** Targets that no run of this can show, and what shows them. */
export const shownElsewhere: readonly (readonly [target: string, by: string])[] = [
  ['nothing lost or doubled when parts are killed', '`npm run test:faults` (`random-kills`, `crash-points`)'],
  [
    'a sweep of 100,000 items within 30 s; 10,000 uses counted within 1 s',
    '`LOAM_DECAY_ITEMS=100000 npm test -- --only int sweep-size`',
  ],
  ['popular items are not cut off in a search', '`ranking.e2e`, `libs/search/src/quality.spec.ts`'],
];
