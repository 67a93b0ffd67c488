import { z } from 'zod';
import { DrafterAway } from '../drafter';
import type { EndpointOptions } from './anthropic';
import { formatOf } from './format';
import { boundedFetch, failureOf } from './http';
import type { Answer, ModelPort, Question } from './port';

const answerSchema = z.object({
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        message: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }),
      }),
    )
    .min(1),
  usage: z.object({ prompt_tokens: z.int(), completion_tokens: z.int() }).nullish(),
});

type Choice = z.output<typeof answerSchema>['choices'][number];

function unusable(choice: Choice | undefined): Answer['unusable'] {
  const declined = choice?.finish_reason === 'content_filter' || (choice?.message.refusal ?? '') !== '';
  if (declined) return { reason: 'the model declined to answer', final: true };
  if (choice?.finish_reason === 'length') return { reason: 'the answer was cut (length)', final: false };
  return undefined;
}

function bodyOf({ model, system, user, schema, maxTokens }: Question): string {
  return JSON.stringify({
    ...{ model, max_tokens: maxTokens },
    messages: [
      { role: 'system', content: system },
      { role: 'user', content: user },
    ],
    response_format: {
      type: 'json_schema',
      json_schema: { name: 'answer', strict: true, schema: formatOf(schema) },
    },
  });
}

/** Any endpoint that speaks OpenAI's `POST /chat/completions`. It is asked once: who calls, tries again. */
export function openAiPort({ url, key, timeoutMs }: EndpointOptions): ModelPort {
  const endpoint = `${url.replace(/\/$/, '')}/chat/completions`;
  const away = (cause: unknown): never => {
    throw new DrafterAway('openai did not answer as it should', { cause });
  };
  const ask = async (question: Question, signal: AbortSignal): Promise<Answer> => {
    const response = await boundedFetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      },
      body: bodyOf(question),
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    }).catch(away);
    if (!response.ok) throw failureOf('openai', response.status, response.headers);
    const parsed = answerSchema.safeParse(await response.json().catch(away));
    if (!parsed.success) throw new DrafterAway('openai answered with something else than a completion');
    const { choices, usage } = parsed.data;
    const [choice] = choices;
    return {
      text: choice?.message.content ?? '',
      ...{ tokensIn: usage?.prompt_tokens ?? 0, tokensOut: usage?.completion_tokens ?? 0 },
      unusable: unusable(choice),
    };
  };
  return { provider: 'openai', ask };
}
