import type { z } from 'zod';
import type { Finding } from '@loam/contracts/registry';
import type { blastRadiusSchema, verdictSchema } from '@loam/contracts/skill';

interface Judged {
  readonly verdict: z.output<typeof verdictSchema>;
  readonly blast_radius: z.output<typeof blastRadiusSchema>;
  readonly findings: readonly Finding[];
  readonly findings_total: number;
}

const VERDICTS: Readonly<Record<Judged['verdict'], string>> = {
  pass: 'passes the safety gate',
  review: 'should be looked at by a person',
  blocked: 'is held back by the safety gate; nobody can install it',
  pending: 'was not judged yet; nobody can install it until then',
};

/** The verdict in a sentence; nothing of what passes. */
export const verdictLines = (verdict: Judged['verdict']): string[] =>
  verdict === 'pass' ? [] : [`It ${VERDICTS[verdict]}.`];

const placeOf = ({ file, line }: Finding): string => (line === null ? file : `${file}:${String(line)}`);

/** What the safety gate says, for people: what is only noted is left out, and nothing is said of what passes clean. */
export function findingLines({ verdict, blast_radius, findings, findings_total }: Judged): string[] {
  const grave = findings.filter(({ severity }) => severity !== 'info');
  if (verdict === 'pass' && grave.length === 0) return [];
  const left = findings_total - findings.length;
  return [
    `It ${VERDICTS[verdict]} (blast radius ${blast_radius}).`,
    ...grave.map((each) => `  ${each.severity.padEnd(6)} ${placeOf(each)}  ${each.message} [${each.rule}]`),
    ...(left > 0 ? [`  and ${String(left)} more`] : []),
  ];
}
