import { Command } from 'commander';
import { z } from 'zod';
import * as http from '@loam/contracts/http/webhooks';
import { webhookFilterSchema } from '@loam/contracts/webhooks';
import { wordList, type Commands } from '../session';
import { moment, plain } from '../text';
import { countSchema } from './options';

const noOptions = z.object({});
const limitOption = z.object({ limit: countSchema.max(200, 'must be at most 200') });
const addOptions = z.object({
  events: wordList.pipe(z.array(webhookFilterSchema).min(1)),
  description: z.string().default(''),
});

const add = (run: Commands): Command =>
  new Command('add')
    .argument('<url>', 'where events are sent to')
    .description('have an address told of events; its secret is shown this once')
    .option('--events <list>', 'names of events, separated by commas', '*')
    .option('--description <text>', 'what it is for')
    .action(
      run.action(addOptions, async ({ output, client }, { events, description }, [url = '']) => {
        const added = await (await client()).call(http.addWebhook, { body: { url, events, description } });
        output.note('The secret is shown only now. Receivers verify with it what comes from here.');
        output.result(added, () => `${added.id}\n${added.secret}`);
        return undefined;
      }),
    );

const list = (run: Commands): Command =>
  new Command('list').description('the addresses that are told of events').action(
    run.action(noOptions, async ({ output, client }) => {
      const webhooks = await (await client()).call(http.listWebhooks, {});
      output.result(webhooks, () =>
        output.table(
          ['ID', 'STATUS', 'FAILING SINCE', 'URL', 'EVENTS', 'WHY'],
          webhooks.map(({ id, status, failing_since, url, events, reason }) => [
            ...[id, status, failing_since === null ? '' : moment(failing_since)],
            ...[plain(url), events.join(' '), reason ?? ''],
          ]),
        ),
      );
      return undefined;
    }),
  );

const change = (
  run: Commands,
  name: string,
  description: string,
  body: z.input<typeof http.changeWebhook.body>,
): Command =>
  new Command(name)
    .argument('<id>', 'of the webhook')
    .description(description)
    .action(
      run.action(noOptions, async ({ output, client }, _options, [id = '']) => {
        const changed = await (await client()).call(http.changeWebhook, { params: { id }, body });
        output.result(changed, () => changed.secret ?? `${id} is ${changed.status}.`);
        return undefined;
      }),
    );

const remove = (run: Commands): Command =>
  new Command('remove')
    .argument('<id>', 'of the webhook')
    .description('tell it of nothing more')
    .action(
      run.action(noOptions, async ({ output, client }, _options, [id = '']) => {
        await (await client()).call(http.removeWebhook, { params: { id } });
        output.result({ removed: id }, () => `${id} is removed.`);
        return undefined;
      }),
    );

const deliveries = (run: Commands): Command =>
  new Command('deliveries')
    .argument('<id>', 'of the webhook')
    .description('what it was told, and what came of it')
    .option('--limit <n>', 'how many at most', '50')
    .action(
      run.action(limitOption, async ({ output, client }, { limit }, [id = '']) => {
        const found = await (await client()).call(http.listDeliveries, { params: { id }, query: { limit } });
        output.result(found, () =>
          output.table(
            ['ID', 'TYPE', 'STATUS', 'ATTEMPTS', 'ANSWER', 'LAST', 'ERROR'],
            found.map((each) => [
              ...[each.id, each.type, each.status, String(each.attempts), String(each.answer_status ?? '')],
              ...[each.last_attempt_at === null ? '' : moment(each.last_attempt_at), plain(each.error ?? '')],
            ]),
          ),
        );
        return undefined;
      }),
    );

const replay = (run: Commands): Command =>
  new Command('replay')
    .argument('<id>', 'of the webhook')
    .argument('<delivery>', 'what is sent once more, with the same id')
    .description('send a delivery again')
    .action(
      run.action(noOptions, async ({ output, client }, _options, [id = '', delivery = '']) => {
        const params = { id, delivery };
        const again = await (await client()).call(http.replayDelivery, { params });
        output.result(again, () => `${again.id} is sent again.`);
        return undefined;
      }),
    );

const ping = (run: Commands): Command =>
  new Command('ping')
    .argument('<id>', 'of the webhook')
    .description('send it something to try it out')
    .action(
      run.action(noOptions, async ({ output, client }, _options, [id = '']) => {
        const sent = await (await client()).call(http.pingWebhook, { params: { id } });
        output.result(sent, () => `${sent.id} is sent; see \`loam webhook deliveries ${id}\`.`);
        return undefined;
      }),
    );

/** `loam webhook`: which addresses are told of events. */
export function webhookCommand(run: Commands): Command {
  return new Command('webhook')
    .description('Have addresses told of new drafts and other events')
    .addCommand(list(run), { isDefault: true })
    .addCommand(add(run))
    .addCommand(change(run, 'pause', 'tell it of nothing for now', { active: false }))
    .addCommand(change(run, 'resume', 'tell it again, also after it was disabled', { active: true }))
    .addCommand(
      change(run, 'rotate', 'give it a new secret; the old one counts for a day', { rotate_secret: true }),
    )
    .addCommand(remove(run))
    .addCommand(ping(run))
    .addCommand(deliveries(run))
    .addCommand(replay(run));
}
