/** A good body for each route that needs one, by the route's id, for tests that are about something else. */
export const validBodies: Readonly<Record<string, unknown>> = {
  publishDraft: { version: '1.0.0' },
  editDraft: { description: 'Another one.' },
  requestDraftChanges: { comment: 'Say why.' },
  commentDraft: { comment: 'Hm.' },
  changeReviewRule: { second_person: false },
  yankSkill: { version: '1.0.0', reason: 'broken' },
  unyankSkill: { version: '1.0.0' },
  eraseSkill: { reason: 'a secret' },
  resolve: { roots: [{ slug: 'anything' }] },
  reviewSkill: { version: '1.0.0', decision: 'allow', reason: 'I read it.' },
  blockBundle: { reason: 'it phones home' },
  unblockBundle: { reason: 'it does not' },
  moveChannel: { version: '1.0.0' },
  renameSkill: { to: 'something-else' },
  claimNamespace: { owners: ['somebody'] },
  setUsagePolicy: {},
  endInvocation: { outcome: 'success' },
  rateInvocation: { value: 1 },
  changeProject: {},
  putProjectItems: [],
  importPlan: { source_type: 'file', body_md: '# Plan' },
  activatePlan: { version: 1 },
  snoozeItem: { days: 7 },
  setDecayPolicy: { policies: [] },
  tryDecayPolicy: {},
  addWebhook: { url: 'http://127.0.0.1:9/' },
  changeWebhook: { description: 'changed' },
  reportCaptures: { id: 'capture-1', type: 'loam.capture.prompted', data: { session: 'a-session' } },
};

/** A good value of each parameter that a path may have, of things that do not exist. */
export const validParams: Readonly<Record<string, string>> = {
  slug: 'anything',
  id: '019a0000-0000-7000-8000-000000000000',
  service: 'registry',
  channel: 'beta',
  sha256: '0'.repeat(64),
  path: 'SKILL.md',
  prefix: 'anything',
  version: '1',
  session: 'a-session',
  offset: '0',
  delivery: '019a0000-0000-7000-8000-000000000000',
};

/** A good query for each route that needs one, or that tells more with one. */
export const validQueries: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  listDrafts: { status: 'all' },
  liveUsage: { seconds: '1' },
  bootstrap: { stack: 'gardening' },
  diffPlans: { from: '1', to: '1' },
  diffVersions: { from: '1.0.0' },
};
