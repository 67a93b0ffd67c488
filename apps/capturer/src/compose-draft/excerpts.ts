import type { TranscriptRecord } from '@loam/capture';
import type { Draft } from '@loam/drafting';
import { redact } from '@loam/redaction';

type Support = Draft['evidence'][number];

/** UTF-16 units of an excerpt. */
const MOST = 300;

const wordsOf = (record: TranscriptRecord): string => (record.kind === 'call' ? record.target : record.text);

/** Redacted whole and cut afterwards, so that nothing secret is cut in two. */
function excerptOf(texts: readonly string[]): string {
  const text = redact(texts.join('\n')).trim();
  return text.length <= MOST ? text : `${text.slice(0, MOST - 1).replace(/[\uD800-\uDBFF]$/u, '')}…`;
}

/** What a draft rests on, each with what its record says. */
export function withExcerpts(
  evidence: readonly Support[],
  records: readonly TranscriptRecord[],
): (Support & { readonly excerpt: string })[] {
  const texts = new Map<string, string[]>(evidence.map(({ uuid }) => [uuid, []]));
  for (const record of records) texts.get(record.uuid)?.push(wordsOf(record));
  return evidence.map((support) => ({ ...support, excerpt: excerptOf(texts.get(support.uuid) ?? []) }));
}
