import type { z } from 'zod';
import { factSchema } from '@loam/contracts/define';
import { ReviewRuleChanged } from '@loam/contracts/draft-review';

export const reviewRuleStream = (tenant: string): string => `review-rule:${tenant}`;

export const reviewRuleEvents = factSchema(ReviewRuleChanged);
export type ReviewRuleEvent = z.output<typeof reviewRuleEvents>;

export interface ReviewRule {
  readonly secondPerson: boolean;
}

/** Until somebody asks for it, whoever wrote a draft may publish it. */
export const usualReviewRule: ReviewRule = { secondPerson: false };

export const evolveReviewRule = (_rule: ReviewRule, { data }: ReviewRuleEvent): ReviewRule => data;
