import { createHash } from 'node:crypto';
import type { BundleEntry, Json } from '@loam/bundles';
import { type BlastRadius, blastRadiusOf, capabilitiesOf, capabilityRules, growth } from './capabilities';
import { isAboutSecurity } from './context';
import { type Finding, sortFindings } from './finding';
import { scanFile } from './scan-file';
import { secretRules } from './secrets/scan-secrets';
import { structureRules } from './structure/scan-structure';
import { combinations } from './threats/combinations';
import { threatRules, type Setting } from './threats/scan-threats';

/** Whether a version may be installed: `review` until a person has looked, `blocked` never. */
export type Verdict = 'pass' | 'review' | 'blocked';

/** A bundle to scan. */
export interface ScanInput {
  readonly entries: readonly BundleEntry[];
  /** The files of archives that lie among the entries, by the path of the archive, as far as they could be opened. */
  readonly inside?: ReadonlyMap<string, readonly BundleEntry[]> | undefined;
  readonly name?: string | null | undefined;
  readonly description: string;
  readonly frontmatter: Readonly<Record<string, Json>>;
  /** What is said of the bundle beside it, such as a change log, by field: agents read that as they read the files. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/** What a scan came to. */
export interface ScanResult {
  /** See {@link ruleSet}. */
  readonly ruleSet: string;
  readonly verdict: Verdict;
  readonly blastRadius: BlastRadius;
  /** The gravest first; one of each rule, file and line. */
  readonly findings: Finding[];
  /** Sorted, such as `shell` and `network:api.example.com`. */
  readonly capabilities: string[];
}

/** Counts changes of how rules are judged, which are not in the rules themselves. */
const JUDGEMENT = 6;

/** Names the rules: two scans of one bundle by one rule set come to the same. */
export const ruleSet = `r${JUDGEMENT}-${createHash('sha256')
  .update(JSON.stringify([threatRules, combinations, secretRules, structureRules, capabilityRules]))
  .digest('hex')
  .slice(0, 16)}`;

const verdictOf = (findings: readonly Finding[]): Verdict => {
  if (findings.some(({ severity }) => severity === 'block')) return 'blocked';
  return findings.some(({ severity }) => severity === 'review') ? 'review' : 'pass';
};

/** A text beside the bundle runs nothing, so it adds no capability; its findings name it as a file `metadata/<field>`. */
const scanMetadata = (metadata: Readonly<Record<string, string>>, setting: Setting): Finding[] =>
  Object.entries(metadata).flatMap(([field, text]) =>
    scanFile({ path: `${field}.md`, bytes: Buffer.from(text), executable: false }, setting).findings.map(
      (finding) => ({ ...finding, file: `metadata/${field}` }),
    ),
  );

/**
 * Judges a bundle by every rule. Pure, and linear in the size of the bundle: patterns run on RE2 or are bounded. A
 * finding never holds text of the bundle.
 * @param previous the capabilities of the version before, so that new power is seen; undefined for a first version
 */
export function scanBundle(input: ScanInput, previous?: readonly string[]): ScanResult {
  const { name, description, frontmatter, metadata = {} } = input;
  const inside = input.inside ?? new Map<string, readonly BundleEntry[]>();
  const entries = [...input.entries, ...[...inside.values()].flat()];
  const setting = { security: isAboutSecurity(name, description), opened: new Set(inside.keys()) };
  const scans = entries.map((entry) => scanFile(entry, setting));
  const documents = scans.flatMap(({ document }) => (document === undefined ? [] : [document]));
  const capabilities = capabilitiesOf(entries, documents, frontmatter);
  const grown = previous === undefined ? [] : growth(previous, capabilities);
  const findings = sortFindings([
    ...scans.flatMap(({ findings: all }) => all),
    ...scanMetadata(metadata, setting),
    ...grown,
  ]);
  return {
    ruleSet,
    verdict: verdictOf(findings),
    blastRadius: blastRadiusOf(capabilities),
    findings,
    capabilities,
  };
}
