import { Controller } from '@nestjs/common';
import { GetDecayPolicy, ListDecayPolicies } from '@loam/contracts/decay';
import { decayDefaults } from '@loam/contracts/decay-policy';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { Database } from '@loam/database';
import { reject, type Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { readPolicies, readPolicy, readPolicyVersion } from '../policies.queries';

const MOST = 100;

@Controller()
export class GetPolicyController {
  constructor(private readonly database: Database) {}

  @OnRequest(GetDecayPolicy)
  async get(
    { version }: Input<typeof GetDecayPolicy>,
    call: Call,
  ): Promise<Output<typeof GetDecayPolicy> | Rejection<ProblemOf<typeof GetDecayPolicy>>> {
    const found = await this.database.tenant(call.tenant, (tx) =>
      version === null ? readPolicy(tx) : readPolicyVersion(tx, version),
    );
    if (found === undefined) return reject('policy-not-found', `There is no version ${String(version)}.`);
    return { ...found, defaults: Object.values(decayDefaults) };
  }

  @OnRequest(ListDecayPolicies)
  async list(_all: Input<typeof ListDecayPolicies>, call: Call): Promise<Output<typeof ListDecayPolicies>> {
    const found = await this.database.tenant(call.tenant, (tx) => readPolicies(tx, MOST));
    return found.slice(0, MOST);
  }
}
