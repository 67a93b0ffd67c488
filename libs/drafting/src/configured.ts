import { z } from 'zod';
import type { Drafter } from './drafter';
import { extractiveDrafter } from './extractive/extractive';
import { anthropicPort } from './model/anthropic';
import { modelDrafter, type PricedModel } from './model/model-drafter';
import { openAiPort } from './model/openai';

const price = z.string().regex(/^\d{1,6}(?:\.\d{1,6})?\/\d{1,6}(?:\.\d{1,6})?$/);

/** The variables that choose a drafter, for the environment of a service. */
export const drafterEnvironment = {
  LOAM_DRAFTER: z
    .enum(['extractive', 'anthropic', 'openai'])
    .default('extractive')
    .describe('extractive, anthropic or openai: what drafts skills from sessions'),
  LOAM_DRAFTER_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      'with openai: an address up to and without /chat/completions; with anthropic: up to and without /v1/messages',
    ),
  LOAM_DRAFTER_KEY: z.string().min(1).optional().describe('the key of the endpoint, where it wants one'),
  LOAM_DRAFTER_EXTRACT_MODEL: z
    .string()
    .min(1)
    .optional()
    .describe('the name of the model that judges sessions; needed with openai'),
  LOAM_DRAFTER_EXTRACT_PRICE: price
    .optional()
    .describe('US dollars per million tokens, in and out, such as 1/5: what the first model costs'),
  LOAM_DRAFTER_COMPOSE_MODEL: z
    .string()
    .min(1)
    .optional()
    .describe('the name of the model that writes drafts; the first one where it is missing with openai'),
  LOAM_DRAFTER_COMPOSE_PRICE: price
    .optional()
    .describe('US dollars per million tokens, in and out, such as 3/15: what the second model costs'),
  LOAM_DRAFTER_TIMEOUT_SECONDS: z.coerce
    .number()
    .positive()
    .max(600)
    .default(120)
    .describe('a number up to 600: how long an answer of a model may take'),
};

type Config = z.output<z.ZodObject<typeof drafterEnvironment>>;

const ANTHROPIC_URL = 'https://api.anthropic.com';
const ANTHROPIC = {
  extract: { name: 'claude-haiku-4-5', price: '1/5' },
  compose: { name: 'claude-sonnet-4-6', price: '3/15' },
};

function given<T>(value: T | undefined, variable: string): T {
  if (value === undefined) throw new Error(`${variable} is missing: the chosen drafter needs it`);
  return value;
}

function priced(name: string, of: string): PricedModel {
  const [priceIn = 0, priceOut = 0] = of.split('/').map(Number);
  return { name, priceIn, priceOut };
}

/**
 * The drafter that the environment chooses. A model without a price costs nothing, so a budget of money does not stop it.
 * @throws Error naming the variable that it lacks
 */
export function configuredDrafter(config: Config): Drafter {
  if (config.LOAM_DRAFTER === 'extractive') return extractiveDrafter;
  const timeoutMs = config.LOAM_DRAFTER_TIMEOUT_SECONDS * 1_000;
  const key = config.LOAM_DRAFTER_KEY;
  const { LOAM_DRAFTER_EXTRACT_PRICE: extractPrice, LOAM_DRAFTER_COMPOSE_PRICE: composePrice } = config;
  if (config.LOAM_DRAFTER === 'anthropic') {
    const { extract, compose } = ANTHROPIC;
    const url = config.LOAM_DRAFTER_URL ?? ANTHROPIC_URL;
    return modelDrafter(anthropicPort({ url, timeoutMs, key: given(key, 'LOAM_DRAFTER_KEY') }), {
      extract: priced(config.LOAM_DRAFTER_EXTRACT_MODEL ?? extract.name, extractPrice ?? extract.price),
      compose: priced(config.LOAM_DRAFTER_COMPOSE_MODEL ?? compose.name, composePrice ?? compose.price),
    });
  }
  const url = given(config.LOAM_DRAFTER_URL, 'LOAM_DRAFTER_URL');
  const first = given(config.LOAM_DRAFTER_EXTRACT_MODEL, 'LOAM_DRAFTER_EXTRACT_MODEL');
  const extract = priced(first, extractPrice ?? '0/0');
  const second = config.LOAM_DRAFTER_COMPOSE_MODEL;
  const compose = second === undefined ? extract : priced(second, composePrice ?? '0/0');
  return modelDrafter(openAiPort({ url, key, timeoutMs }), { extract, compose });
}
