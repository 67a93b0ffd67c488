import { Controller } from '@nestjs/common';
import type { Input, Output } from '@loam/contracts/define';
import { ChangeReviewRule, GetReviewRule } from '@loam/contracts/draft-review';
import { EventStore } from '@loam/event-store';
import { OnRequest, type Call } from '@loam/messaging';
import { findReviewRule } from '../review-rule.queries';
import { reviewRuleEvents, reviewRuleStream } from '../review-rule.stream';
import { changeReviewRule } from './review-rule.decider';

@Controller()
export class ReviewRuleController {
  constructor(private readonly store: EventStore) {}

  @OnRequest(GetReviewRule)
  get(_input: Input<typeof GetReviewRule>, call: Call): Promise<Output<typeof GetReviewRule>> {
    return this.store.database.tenant(call.tenant, findReviewRule);
  }

  @OnRequest(ChangeReviewRule)
  async change(rule: Input<typeof ChangeReviewRule>, call: Call): Promise<Output<typeof ChangeReviewRule>> {
    const outcome = await this.store.execute(call.context, {
      ...{ stream: reviewRuleStream(call.tenant), events: reviewRuleEvents, decider: changeReviewRule },
      command: rule,
    });
    if ('rejected' in outcome) throw new Error('a rule is never refused');
    return outcome.state;
  }
}
