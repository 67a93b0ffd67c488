import type { TranscriptRecord } from './record';

function contentOf(record: TranscriptRecord): { type: 'user' | 'assistant'; message: object; more?: object } {
  switch (record.kind) {
    case 'prompt':
      return { type: 'user', message: { content: record.text } };
    case 'said':
      return {
        type: 'assistant',
        message: { id: record.message, content: [{ type: 'text', text: record.text }] },
      };
    case 'call': {
      const { id, tool: name, target, change, message, novel } = record;
      const input = { command: target, old_string: change?.before, new_string: change?.after };
      return {
        type: 'assistant',
        message: { id: message, content: [{ type: 'tool_use', id, name, input, novel }] },
      };
    }
    case 'result':
      return resultOf(record.id, record.outcome, record.text);
  }
}

function resultOf(
  id: string,
  outcome: string,
  content: string,
): { type: 'user'; message: object; more: object } {
  const block = { type: 'tool_result', tool_use_id: id, content, is_error: outcome === 'failed' };
  const denial = { denied: 'permission-rule', unknown: 'interrupted' }[outcome];
  return { type: 'user', message: { content: [block] }, more: { toolDenialKind: denial } };
}

/**
 * A record as a line of a transcript that reads as the same record again, apart from its offset: what a client sends in
 * place of the line that it read. It holds nothing that the record does not hold.
 */
export function transcriptLine(record: TranscriptRecord): string {
  const { uuid, at, agent } = record;
  const { type, message, more } = contentOf(record);
  return `${JSON.stringify({ type, uuid, timestamp: at, agentId: agent, message, ...more })}\n`;
}
