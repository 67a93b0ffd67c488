import {
  decayDefaults,
  effectivePolicySchema,
  type DecayExemption,
  type DecayInputs,
  type DecayPolicy,
  type DecayReason,
  type DecayRule,
  type DecayVerdict,
  type EffectivePolicy,
} from '@loam/contracts/decay-policy';
import type { DecayState } from '@loam/contracts/decay';
import { kindSchema, type Item, type Kind } from '@loam/contracts/skill';
import { betaBelow } from '@loam/kernel';

const DAY_MS = 86_400_000;

/** An item as a sweep looks at it. */
export interface Looked extends Item {
  readonly state: DecayState;
  readonly since: Date | null;
  readonly rules: readonly DecayRule[];
  readonly archiveRequested: boolean;
  /** What its owner was told. */
  readonly archiveAfter: Date | null;
  readonly owner: string | null;
  readonly revision: number;
  /** First published, or come back. */
  readonly born: Date;
  readonly inputs: DecayInputs;
}

/** What any use contradicts. */
export const ofDisuse: readonly DecayRule[] = [
  'unused',
  'declining',
  'duplicate',
  'superseded',
  'one-and-done',
];

/**
 * Which rules are left when a use is newly heard of, or one that succeeded. Stale evaluation is said of what is used
 * much: only being judged ends it.
 */
export const rulesAfter = (
  rules: readonly DecayRule[],
  { isUse, isSuccess }: { readonly isUse: boolean; readonly isSuccess: boolean },
): DecayRule[] =>
  rules.filter((rule) => !(isUse && ofDisuse.includes(rule)) && !(isSuccess && rule === 'failing'));

/** What justifies archiving; that nobody has judged an item for long says nothing against it. */
export const mayArchive = (rules: readonly DecayRule[]): boolean =>
  rules.some((rule) => rule !== 'stale-evaluation');

/** Whether a time is more than so many days before another one. */
const isOlder = (time: string | null, days: number, at: string): boolean =>
  time === null || Date.parse(at) - Date.parse(time) > days * DAY_MS;

/** Whether nothing was used for more than so many days, those of an outage not counted. */
function isQuiet({ lastUsedAt, silentDays, ageDays, at }: DecayInputs, days: number): boolean {
  if (lastUsedAt !== null) return isOlder(lastUsedAt, days + silentDays, at);
  return silentDays === 0 || ageDays - silentDays > days;
}

function ago({ lastUsedAt, silentDays, at }: DecayInputs): string {
  const silent =
    silentDays === 0 ? '' : `, but nothing was heard of any item on ${String(silentDays)} of these days`;
  if (lastUsedAt === null) return `never used${silent}`;
  return `last used ${String(Math.floor((Date.parse(at) - Date.parse(lastUsedAt)) / DAY_MS))} days ago${silent}`;
}

type Rules = EffectivePolicy['rules'];

function unused(inputs: DecayInputs, rule: Rules['unused']): string | null {
  const { uses } = inputs;
  if (rule === null || uses >= rule.max_uses || !isQuiet(inputs, rule.days)) return null;
  return `${ago(inputs)}, ${uses} uses in all; fewer than ${rule.max_uses} and none in ${rule.days} days is unused`;
}

const LONGER = { 7: ['d7', 'd14', 14], 30: ['d30', 'd90', 90], 90: ['d90', 'd180', 180] } as const;

function declining({ windows, heardSince, at }: DecayInputs, rule: Rules['declining']): string | null {
  if (rule === null || (heardSince !== null && !isOlder(heardSince, rule.days, at))) return null;
  const [short, long, span] = LONGER[rule.days];
  const before = windows[long] - windows[short];
  const expected = (before * rule.days) / (span - rule.days);
  const allowed = (1 - rule.drop) * expected;
  if (before < rule.min_before || windows[short] > allowed) return null;
  return `${windows[short]} uses in ${rule.days} days, ${before} in the ${span - rule.days} before; at most ${allowed.toFixed(1)} is a decline`;
}

function failing({ successes, failures }: DecayInputs, rule: Rules['failing']): string | null {
  if (rule === null || successes + failures < rule.min_outcomes) return null;
  const probability = betaBelow(rule.below, 1 + successes, 1 + failures);
  if (probability < rule.confidence) return null;
  return `${successes} of ${successes + failures} outcomes in 90 days were successes; the rate is below ${rule.below} with probability ${probability.toFixed(4)}`;
}

function duplicate(inputs: DecayInputs, rule: Rules['duplicate']): string | null {
  const { duplicateOf } = inputs;
  if (rule === null || duplicateOf === null || !isQuiet(inputs, rule.quiet_days)) return null;
  return `${duplicateOf} has the same content and is more alive; ${ago(inputs)}`;
}

function superseded(inputs: DecayInputs, rule: Rules['superseded']): string | null {
  const { supersededBy } = inputs;
  if (rule === null || supersededBy === null || !isQuiet(inputs, rule.quiet_days)) return null;
  return `it names ${supersededBy} as its successor; ${ago(inputs)}`;
}

function oneAndDone(inputs: DecayInputs, rule: Rules['one_and_done']): string | null {
  const { firstUsedDay, lastUsedDay } = inputs;
  if (rule === null || firstUsedDay === null || firstUsedDay !== lastUsedDay) return null;
  return isQuiet(inputs, rule.days) ? `used on one day only, ${ago(inputs)}` : null;
}

function staleEvaluation(inputs: DecayInputs, rule: Rules['stale_evaluation']): string | null {
  const { windows, evaluatedAt, at } = inputs;
  // Not heard of is not the same as long ago.
  if (rule === null || evaluatedAt === null || windows.d14 < rule.min_uses) return null;
  return isOlder(evaluatedAt, rule.days, at)
    ? `${windows.d14} uses in 14 days, last judged on ${evaluatedAt.slice(0, 10)}`
    : null;
}

/** As many uses make a season. */
const SEASON = 5;

/**
 * Asleep as it was one period ago, and awake in between. That a half year is the period must have shown twice, because
 * anything that was published and then forgotten looks like one half of it.
 */
function seasonal(inputs: DecayInputs): string | null {
  const { ageDays, windows, yearBefore, halfYearBefore } = inputs;
  const asleep = (d30: number): boolean => d30 <= Math.max(1, windows.d30);
  if (ageDays > 395 && asleep(yearBefore.d30) && inputs.sinceYear >= SEASON)
    return `asleep at this time last year too, and used ${inputs.sinceYear} times since`;
  const twice = inputs.sinceHalfYear >= SEASON && inputs.theHalfYearBefore >= SEASON;
  if (ageDays > 212 && asleep(halfYearBefore.d30) && twice)
    return `asleep half a year ago too, and used ${inputs.sinceHalfYear} times since`;
  return null;
}

function exemptionsOf(inputs: DecayInputs, exempt: EffectivePolicy['exempt']): DecayVerdict['exemptions'] {
  const { ageDays, snoozedUntil, dependants, projects, at } = inputs;
  const snoozed = snoozedUntil !== null && Date.parse(snoozedUntil) > Date.parse(at);
  const found: [DecayExemption, string | null][] = [
    ['pinned', inputs.pinned ? 'pinned by hand' : null],
    ['snoozed', snoozed ? `snoozed until ${snoozedUntil}` : null],
    ['young', ageDays < exempt.young_days ? `${ageDays} days old, younger than ${exempt.young_days}` : null],
    ['required', exempt.required && dependants > 0 ? `required by ${dependants} live items` : null],
    ['listed', exempt.listed && projects > 0 ? `listed by ${projects} projects` : null],
    ['seasonal', exempt.seasonal ? seasonal(inputs) : null],
  ];
  return found.flatMap(([exemption, detail]) => (detail === null ? [] : [{ exemption, detail }]));
}

/** What a policy says of an item: every rule that holds and every exemption, each with what it is drawn from. */
export function judge(inputs: DecayInputs, { rules, exempt }: EffectivePolicy): DecayVerdict {
  const found: [DecayRule, string | null][] = [
    ['unused', unused(inputs, rules.unused)],
    ['declining', declining(inputs, rules.declining)],
    ['failing', failing(inputs, rules.failing)],
    ['duplicate', duplicate(inputs, rules.duplicate)],
    ['superseded', superseded(inputs, rules.superseded)],
    ['one-and-done', oneAndDone(inputs, rules.one_and_done)],
    ['stale-evaluation', staleEvaluation(inputs, rules.stale_evaluation)],
  ];
  const reasons = found.flatMap(([rule, detail]): DecayReason[] =>
    detail === null ? [] : [{ rule, detail }],
  );
  const exemptions = exemptionsOf(inputs, exempt);
  return { candidate: reasons.length > 0 && exemptions.length === 0, reasons, exemptions };
}

/** Finds what decides about an item of a kind and with these tags. */
export type Rulebook = (kind: Kind, tags: readonly string[]) => EffectivePolicy;

/** An entry with what it leaves out as usual. */
const filledIn = (entry: DecayPolicy['policies'][number], usual: EffectivePolicy): EffectivePolicy =>
  effectivePolicySchema.parse({
    ...{ ...usual, ...entry },
    rules: { ...usual.rules, ...entry.rules },
    exempt: { ...usual.exempt, ...entry.exempt },
  });

/** What a policy comes to for each item, the defaults filled in: see DecayPolicy for which entry decides. */
export function rulebookOf({ policies }: DecayPolicy): Rulebook {
  const usualOf = (kind: Kind): EffectivePolicy => {
    const own = policies.find((entry) => entry.kind === kind && entry.tag === null);
    return own === undefined ? decayDefaults[kind] : filledIn(own, decayDefaults[kind]);
  };
  const usual = new Map(kindSchema.options.map((kind) => [kind, usualOf(kind)]));
  const tagged = policies
    .filter(({ tag }) => tag !== null)
    .map((entry) => filledIn(entry, usual.get(entry.kind) ?? decayDefaults[entry.kind]));
  return (kind, tags) =>
    tagged.find((entry) => entry.kind === kind && entry.tag !== null && tags.includes(entry.tag)) ??
    usual.get(kind) ??
    decayDefaults[kind];
}

/** What decides where nobody has set a policy. */
export const noPolicy: DecayPolicy = { silence_days: 7, policies: [] };
