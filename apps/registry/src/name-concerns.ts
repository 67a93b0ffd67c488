import type { Finding, Scan } from '@loam/contracts/registry';
import type { NameFault } from './name-rules';

const LAYER = 'names';

/** What somebody should look at, as the safety gate says such things. */
export const concernsAsFindings = (concerns: readonly NameFault[]): Finding[] =>
  concerns.map(({ rule, detail: message }) => ({
    ...{ rule, layer: LAYER, severity: 'review', file: 'SKILL.md', line: null, message },
  }));

/** Those findings about an item's name that a scan of its bytes cannot make again. */
export const aboutName = (findings: readonly Finding[]): Finding[] =>
  findings.filter(({ layer }) => layer === LAYER);

/** What the scan came to, and what there is to say of the name. */
export function withNameFindings(scan: Scan, findings: readonly Finding[]): Scan {
  if (findings.length === 0) return scan;
  return {
    ...scan,
    verdict: scan.verdict === 'pass' ? 'review' : scan.verdict,
    // At most as many as a scan may have, of which the gravest come first.
    findings: [...scan.findings.slice(0, 100 - findings.length), ...findings],
    findingsTotal: scan.findingsTotal + findings.length,
  };
}
