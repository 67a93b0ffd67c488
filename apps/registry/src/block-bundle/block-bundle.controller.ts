import { Controller } from '@nestjs/common';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { BlockBundle, UnblockBundle } from '@loam/contracts/safety';
import { EventStore } from '@loam/event-store';
import { reject, type Decider, type Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { bundleEvents, bundleStream, type BundleEvent, type BundleState } from '../bundle.stream';
import { findByDigest, storedDigest } from '../catalog.queries';
import { blockBundle, unblockBundle } from './block-bundle.decider';

type Switch = Input<typeof BlockBundle>;
type Answer = Output<typeof BlockBundle> | Rejection<ProblemOf<typeof BlockBundle>>;

@Controller()
export class BlockBundleController {
  constructor(private readonly store: EventStore) {}

  @OnRequest(BlockBundle)
  block(command: Switch, call: Call): Promise<Answer> {
    return this.switch(command, call, blockBundle, true);
  }

  @OnRequest(UnblockBundle)
  unblock(command: Switch, call: Call): Promise<Answer> {
    return this.switch(command, call, unblockBundle, false);
  }

  private async switch(
    command: Switch,
    call: Call,
    decider: Decider<Switch, BundleState, BundleEvent, never>,
    blocked: boolean,
  ): Promise<Answer> {
    const { sha256, holders } = await this.store.database.tenant(call.tenant, async (tx) => {
      const stored = await storedDigest(tx, command.sha256);
      return { sha256: stored, holders: stored === undefined ? [] : await findByDigest(tx, stored) };
    });
    if (sha256 === undefined) return reject('bundle-not-found', 'No version holds these bytes or files.');
    const stream = bundleStream(call.tenant, sha256);
    const outcome = await this.store.execute(call.context, {
      stream,
      events: bundleEvents,
      decider,
      command: { ...command, sha256 },
    });
    if ('rejected' in outcome) return outcome;
    const versions = holders.map(({ kind, slug, version }) => ({ kind, slug, version }));
    return { sha256, blocked, versions };
  }
}
