import { Command } from 'commander';
import { listChannels, moveChannel, removeChannel } from '@loam/contracts/http/lifecycle';
import type { Commands } from '../session';
import { moment } from '../text';
import { kindOption, kindOptions } from './options';

const list = (run: Commands): Command =>
  new Command('list')
    .description('the channels of an item, with their moves')
    .argument('<slug>')
    .addOption(kindOption())
    .action(
      run.action(kindOptions, async (session, query, [slug = '']) => {
        const client = await session.client();
        const channels = await client.call(listChannels, { params: { slug }, query });
        const rows = channels.flatMap(({ channel, history }) =>
          history.map(({ version, moved_at, moved_by }) => [
            ...[channel, version ?? '(removed)', moment(moved_at), moved_by],
          ]),
        );
        session.output.result(channels, () =>
          session.output.table(['CHANNEL', 'VERSION', 'MOVED', 'BY'], rows),
        );
        return undefined;
      }),
    );

const set = (run: Commands): Command =>
  new Command('set')
    .description('point a channel at a version; `latest` pins what a read without a version is answered with')
    .argument('<slug>')
    .argument('<channel>')
    .argument('<version>')
    .addOption(kindOption())
    .action(
      run.action(kindOptions, async (session, query, [slug = '', channel = '', version = '']) => {
        const client = await session.client();
        const moved = await client.call(moveChannel, { params: { slug, channel }, query, body: { version } });
        session.output.result(moved, () => `${slug} ${channel} is ${version}.`);
        return undefined;
      }),
    );

const remove = (run: Commands): Command =>
  new Command('remove')
    .description('remove a channel')
    .argument('<slug>')
    .argument('<channel>')
    .addOption(kindOption())
    .action(
      run.action(kindOptions, async (session, query, [slug = '', channel = '']) => {
        const client = await session.client();
        const removed = await client.call(removeChannel, { params: { slug, channel }, query });
        session.output.result(removed, () => `${slug} has no channel ${channel} any more.`);
        return undefined;
      }),
    );

export const channelCommand = (run: Commands): Command =>
  new Command('channel')
    .description('movable pointers to versions, such as beta')
    .addCommand(list(run))
    .addCommand(set(run))
    .addCommand(remove(run));
