import type { TranscriptRecord } from '@loam/capture';
import { scanBundle } from '@loam/safety';
import type { Flag } from './lesson';

/** What stands in place of a text that gives orders. */
const LEFT_OUT = '[left out: a text that gives orders to whoever reads it]';

/** Orders that are harmless in a bundle and not in a session from which a draft is made. */
const TO_AN_AGENT = /\b(?:AIs?|assistants?|agents?|LLMs?|language models?|claude|copilot)\b/i;
const ORDERS = [
  /\b(?:publish|approve|release|accept)\b[^.!?\n]{0,80}\b(?:skills?|drafts?)\b/i,
  /\b(?:add|put|write|include)\b[^.!?\n]{0,80}\b(?:every|all|each|any) (?:skills?|drafts?)\b/i,
];
const AGAINST_REVIEW = [
  /\b(?:skip|bypass|ignore|avoid|disregard)\b[^.!?\n]{0,30}\breview(?:er|ers|s)?\b/i,
  /\breview(?:er|ers)?\b[^.!?\n]{0,30}\b(?:not (?:needed|necessary|required)|unnecessary)\b/i,
];

const isOrder = (text: string): boolean =>
  AGAINST_REVIEW.some((rule) => rule.test(text)) ||
  (TO_AN_AGENT.test(text) && ORDERS.some((rule) => rule.test(text)));

/** Records whose texts may be from anybody: what tools answered, and what a person pasted. */
const textOf = (record: TranscriptRecord): string =>
  record.kind === 'result' || record.kind === 'prompt' ? record.text : '';

/** The indexes of the records in which the safety rules see words against the user or the agent's rules. */
function hostile(records: readonly TranscriptRecord[]): Set<number> {
  const entries = records.flatMap((record, index) => {
    const text = textOf(record);
    return text === '' ? [] : [{ path: `${index}.md`, bytes: Buffer.from(text), executable: false }];
  });
  const { findings } = scanBundle({ entries, description: '', frontmatter: {} });
  const grave = findings.filter(({ layer, severity }) => layer === 'injection' && severity !== 'info');
  return new Set(grave.map(({ file }) => Number.parseInt(file, 10)));
}

/** How many records of a long session are drafted from: its last ones. */
const MOST = 8_000;

/** The records without the texts that give orders, and a flag that names them. */
export function guarded(all: readonly TranscriptRecord[]): {
  records: readonly TranscriptRecord[];
  flags: Flag[];
} {
  const records = all.slice(-MOST);
  const found = hostile(records);
  const bad = records.filter((record, index) => found.has(index) || isOrder(textOf(record)));
  if (bad.length === 0) return { records, flags: [] };
  const left = new Set(bad);
  const flag: Flag = {
    kind: 'instructions',
    message: 'A text of the session gives orders to whoever reads it. It was left out of the draft.',
    records: bad.slice(0, 20).map(({ uuid, offset }) => ({ uuid, offset })),
  };
  const safe = records.map((record) =>
    left.has(record) && (record.kind === 'result' || record.kind === 'prompt')
      ? { ...record, text: LEFT_OUT }
      : record,
  );
  return { records: safe, flags: [flag] };
}
