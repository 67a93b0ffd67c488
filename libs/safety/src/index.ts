export type { BlastRadius } from './capabilities';
export type { Finding, Layer, Severity } from './finding';
export { ruleSet, scanBundle, type ScanInput, type ScanResult, type Verdict } from './scan-bundle';
