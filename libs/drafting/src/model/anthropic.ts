import Anthropic, { APIError } from '@anthropic-ai/sdk';
import { z } from 'zod';
import { DrafterAway } from '../drafter';
import { boundedFetch, failureOf } from './http';
import type { Answer, ModelPort, Question } from './port';
import { formatOf } from './format';

export interface EndpointOptions {
  /** The address before `/v1/messages`, or before `/chat/completions`. */
  readonly url: string;
  readonly key: string | undefined;
  readonly timeoutMs: number;
}

const answerSchema = z.object({
  content: z.array(z.object({ type: z.string(), text: z.string().optional() })),
  stop_reason: z.string().nullish(),
  usage: z.object({
    input_tokens: z.int(),
    output_tokens: z.int(),
    cache_creation_input_tokens: z.int().nullish(),
    cache_read_input_tokens: z.int().nullish(),
  }),
});

function unusable(stop: string | null | undefined): Answer['unusable'] {
  if (stop === 'refusal') return { reason: 'the model declined to answer', final: true };
  if (stop === 'end_turn' || stop === 'stop_sequence') return undefined;
  return { reason: `the answer was cut (${stop ?? 'no reason given'})`, final: false };
}

function failed(error: unknown): never {
  if (error instanceof APIError) {
    const status: unknown = error.status;
    const headers: unknown = error.headers;
    if (typeof status === 'number')
      throw failureOf('anthropic', status, headers instanceof Headers ? headers : undefined);
  }
  throw new DrafterAway('anthropic did not answer as it should', { cause: error });
}

/** The Messages API of Anthropic, or of whatever speaks it at `url`. It is asked once: who calls, tries again. */
export function anthropicPort({ url, key, timeoutMs }: EndpointOptions): ModelPort {
  const client = new Anthropic({
    ...{ baseURL: url, apiKey: key ?? null, authToken: null, maxRetries: 0, timeout: timeoutMs },
    ...{ fetch: boundedFetch, logLevel: 'off' },
  });
  const ask = async (question: Question, signal: AbortSignal): Promise<Answer> => {
    const { model, system, user, schema, maxTokens } = question;
    const answer: unknown = await client.messages
      .create(
        {
          ...{ model, system, max_tokens: maxTokens, messages: [{ role: 'user', content: user }] },
          output_config: { format: { type: 'json_schema', schema: formatOf(schema) } },
        },
        // The SDK's own timeout ends with the headers.
        { signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]) },
      )
      .catch(failed);
    const parsed = answerSchema.safeParse(answer);
    if (!parsed.success) throw new DrafterAway('anthropic answered with something else than a message');
    const { content, stop_reason: stop, usage } = parsed.data;
    return {
      text: content.map(({ type, text = '' }) => (type === 'text' ? text : '')).join(''),
      tokensIn:
        usage.input_tokens + (usage.cache_creation_input_tokens ?? 0) + (usage.cache_read_input_tokens ?? 0),
      ...{ tokensOut: usage.output_tokens, unusable: unusable(stop) },
    };
  };
  return { provider: 'anthropic', ask };
}
