import { Controller } from '@nestjs/common';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { kindSchema } from '@loam/contracts/skill';
import { GetInvocation } from '@loam/contracts/telemetry';
import { Database } from '@loam/database';
import { reject, type Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { autoRatingOf, invocationSchema, outcomeOf, type Invocation } from '../invocation';

const FIND = `SELECT state FROM invocations WHERE tenant_id = current_setting('loam.tenant')::uuid AND id = $1`;

@Controller()
export class GetInvocationController {
  constructor(private readonly database: Database) {}

  @OnRequest(GetInvocation)
  async get(
    { id }: Input<typeof GetInvocation>,
    call: Call,
  ): Promise<Output<typeof GetInvocation> | Rejection<ProblemOf<typeof GetInvocation>>> {
    const [row] = await this.database.tenant(call.tenant, (tx) => tx.query<{ state: unknown }[]>(FIND, [id]));
    if (row === undefined) return reject('invocation-not-found', `Nothing was told of an invocation ${id}.`);
    return shown(invocationSchema.parse(row.state));
  }
}

function shown(invocation: Invocation): Output<typeof GetInvocation> {
  const { about, end, corrections, costMicros } = invocation;
  const { kind, slug, version, actor } = about.value;
  return {
    ...{ kind: kindSchema.parse(kind), slug, version: version === '' ? null : version, at: about.at, actor },
    ...outcomeOf(invocation),
    durationMs: end?.value.durationMs ?? null,
    followUps: end?.value.followUps ?? null,
    ...{ corrections, cost: (costMicros?.value ?? 0) / 1_000_000, autoRating: autoRatingOf(invocation) },
  };
}
