import type { z } from 'zod';

/** One question to a model: no tools, one answer as JSON. */
export interface Question {
  readonly model: string;
  readonly system: string;
  readonly user: string;
  readonly schema: z.ZodType;
  readonly maxTokens: number;
}

/** What a model answered. */
export interface Answer {
  readonly text: string;
  readonly tokensIn: number;
  readonly tokensOut: number;
  /** Why it cannot be used although it came: it was cut, or the model declined. */
  readonly unusable?: { readonly reason: string; readonly final: boolean } | undefined;
}

/** An endpoint that speaks for models. */
export interface ModelPort {
  readonly provider: string;
  /** @throws DrafterAway @throws DrafterRefused */
  ask(question: Question, signal: AbortSignal): Promise<Answer>;
}
