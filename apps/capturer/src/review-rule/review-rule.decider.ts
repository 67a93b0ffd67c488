import { ReviewRuleChanged } from '@loam/contracts/draft-review';
import { fact } from '@loam/contracts/define';
import { accept, type Decider } from '@loam/kernel';
import {
  evolveReviewRule,
  usualReviewRule,
  type ReviewRule,
  type ReviewRuleEvent,
} from '../review-rule.stream';

export const changeReviewRule: Decider<ReviewRule, ReviewRule, ReviewRuleEvent, never> = {
  initial: usualReviewRule,
  evolve: evolveReviewRule,
  decide: (wanted, rule) =>
    wanted.secondPerson === rule.secondPerson ? accept() : accept(fact(ReviewRuleChanged, wanted)),
};
