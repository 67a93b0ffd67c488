import { Controller, Inject } from '@nestjs/common';
import { GetDecayDigest } from '@loam/contracts/decay';
import type { Input, Output } from '@loam/contracts/define';
import { Database } from '@loam/database';
import type { Clock } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { CLOCK } from '../decay.parts';
import { readDigest } from '../digest.queries';

const WEEK_MS = 7 * 86_400_000;

@Controller()
export class GetDigestController {
  constructor(
    private readonly database: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @OnRequest(GetDecayDigest)
  get(_week: Input<typeof GetDecayDigest>, call: Call): Promise<Output<typeof GetDecayDigest>> {
    const to = this.clock();
    return this.database.tenant(call.tenant, (tx) => readDigest(tx, new Date(to.getTime() - WEEK_MS), to));
  }
}
