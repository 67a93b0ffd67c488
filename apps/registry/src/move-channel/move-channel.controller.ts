import { Controller } from '@nestjs/common';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { ListChannels, MoveChannel } from '@loam/contracts/registry';
import { EventStore } from '@loam/event-store';
import { reject, type Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { judgeChange } from '../judge-names';
import { skillEvents, skillStream } from '../skill.stream';
import { moveChannel } from './move-channel.decider';

const CHANNELS = `
  SELECT c.channel, c.version, m.history FROM channels c, LATERAL (
    SELECT jsonb_agg(jsonb_build_object('version', l.version, 'movedBy', l.moved_by,
      'movedAt', to_char(l.moved_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
      ORDER BY l.event_id DESC) AS history
    FROM (
      SELECT * FROM channel_moves m
      WHERE m.tenant_id = c.tenant_id AND m.kind = c.kind AND m.slug = c.slug AND m.channel = c.channel
      ORDER BY m.event_id DESC LIMIT 50
    ) l
  ) m
  WHERE c.tenant_id = current_setting('loam.tenant')::uuid AND c.kind = $1 AND c.slug = $2 ORDER BY c.channel`;

@Controller()
export class MoveChannelController {
  constructor(private readonly store: EventStore) {}

  @OnRequest(MoveChannel)
  async move(
    command: Input<typeof MoveChannel>,
    call: Call,
  ): Promise<Output<typeof MoveChannel> | Rejection<ProblemOf<typeof MoveChannel>>> {
    const refused = await judgeChange(this.store.database, command, call);
    if (refused !== undefined) return refused;
    const outcome = await this.store.execute(call.context, {
      ...{ stream: skillStream(call.tenant, command), events: skillEvents },
      ...{ decider: moveChannel, command },
    });
    return 'rejected' in outcome ? outcome : { channel: command.channel, version: command.version };
  }

  @OnRequest(ListChannels)
  list(
    { kind, slug }: Input<typeof ListChannels>,
    call: Call,
  ): Promise<Output<typeof ListChannels> | Rejection<'skill-not-found'>> {
    return this.store.database.tenant(call.tenant, async (tx) => {
      const known = await tx.query<unknown[]>(
        `SELECT 1 FROM skills WHERE tenant_id = current_setting('loam.tenant')::uuid AND kind = $1 AND slug = $2`,
        [kind, slug],
      );
      if (known.length === 0) return reject('skill-not-found', `There is no ${kind} called ${slug}.`);
      return ListChannels.output.parse(await tx.query(CHANNELS, [kind, slug]));
    });
  }
}
