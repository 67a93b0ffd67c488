import { Controller, Inject } from '@nestjs/common';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { RebuildMirror } from '@loam/contracts/transfer';
import { EventStore } from '@loam/event-store';
import { Jobs } from '@loam/jobs';
import { reject, uuidv7, type Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import type { registryJobs } from '../registry.jobs';
import { HAS_MIRROR } from '../registry.parts';

@Controller()
export class RebuildMirrorController {
  constructor(
    private readonly store: EventStore,
    private readonly jobs: Jobs<typeof registryJobs>,
    @Inject(HAS_MIRROR) private readonly hasMirror: boolean,
  ) {}

  @OnRequest(RebuildMirror)
  async rebuild(
    _input: Input<typeof RebuildMirror>,
    call: Call,
  ): Promise<Output<typeof RebuildMirror> | Rejection<ProblemOf<typeof RebuildMirror>>> {
    if (!this.hasMirror) return reject('mirror-off', 'Set LOAM_MIRROR_DIR of the registry to have a mirror.');
    await this.store.transaction(call.context, (unit) =>
      this.jobs.intend(unit, 'mirrorCatalog', uuidv7(), { rebuild: true }),
    );
    return {};
  }
}
