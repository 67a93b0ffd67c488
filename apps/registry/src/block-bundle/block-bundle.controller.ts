import { Controller } from '@nestjs/common';
import type { Input, Output } from '@loam/contracts/define';
import { BlockBundle, UnblockBundle } from '@loam/contracts/safety';
import { EventStore } from '@loam/event-store';
import type { Decider } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { bundleEvents, bundleStream, type BundleEvent, type BundleState } from '../bundle.stream';
import { findByDigest } from '../catalog.queries';
import { blockBundle, unblockBundle } from './block-bundle.decider';

type Switch = Input<typeof BlockBundle>;

@Controller()
export class BlockBundleController {
  constructor(private readonly store: EventStore) {}

  @OnRequest(BlockBundle)
  block(command: Switch, call: Call): Promise<Output<typeof BlockBundle>> {
    return this.switch(command, call, blockBundle, true);
  }

  @OnRequest(UnblockBundle)
  unblock(command: Switch, call: Call): Promise<Output<typeof UnblockBundle>> {
    return this.switch(command, call, unblockBundle, false);
  }

  private async switch(
    command: Switch,
    call: Call,
    decider: Decider<Switch, BundleState, BundleEvent, never>,
    blocked: boolean,
  ): Promise<Output<typeof BlockBundle>> {
    const { sha256 } = command;
    const stream = bundleStream(call.tenant, sha256);
    await this.store.execute(call.context, { stream, events: bundleEvents, decider, command });
    const holders = await this.store.database.tenant(call.tenant, (tx) => findByDigest(tx, sha256));
    const versions = holders.map(({ kind, slug, version }) => ({ kind, slug, version }));
    return { sha256, blocked, versions };
  }
}
