/** How much a finding weighs: `block` keeps a version from everyone, `review` until a person decides, `info` not. */
export type Severity = 'info' | 'review' | 'block';

/** Which part of the scan noticed it. */
export type Layer =
  | 'structure'
  | 'secret'
  | 'capability'
  | 'exfiltration'
  | 'obfuscation'
  | 'hidden-text'
  | 'injection'
  | 'persistence'
  | 'change';

/** One thing that the scan noticed. It says where, and never what stood there. */
export interface Finding {
  readonly rule: string;
  readonly layer: Layer;
  readonly severity: Severity;
  /** A path of the bundle. */
  readonly file: string;
  /** Counted from 1; null where the finding is about the whole file. */
  readonly line: number | null;
  readonly message: string;
}

const ORDER: Record<Severity, number> = { block: 0, review: 1, info: 2 };

/** The gravest first, then by place; one of each rule, file and line. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  const sorted = [...findings].sort(
    (a, b) =>
      ORDER[a.severity] - ORDER[b.severity] ||
      compare(a.file, b.file) ||
      (a.line ?? 0) - (b.line ?? 0) ||
      compare(a.rule, b.rule),
  );
  const seen = new Set<string>();
  return sorted.filter(({ rule, file, line }) => {
    const key = `${rule}\0${file}\0${line ?? 0}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** One step less grave. */
export const lowered = (severity: Severity): Severity => (severity === 'block' ? 'review' : 'info');

/** One step graver. */
export const raised = (severity: Severity): Severity => (severity === 'info' ? 'review' : 'block');

/** Whether anything follows from it. */
export const isGrave = ({ severity }: Finding): boolean => severity !== 'info';
