import { Option, Command } from 'commander';
import { z } from 'zod';
import { liveUsage } from '@loam/contracts/http/usage';
import type { Commands, Session } from '../session';
import { countSchema } from './options';

const MOST_SECONDS = 3600;
const options = z.object({ seconds: countSchema.optional() });

interface Heard {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

/** The events of a stream (the parts of the format that our server uses). */
async function* eventsOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<Heard> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const field = (name: string): string =>
        block
          .split('\n')
          .find((line) => line.startsWith(`${name}: `))
          ?.slice(name.length + 2) ?? '';
      if (field('event') !== '') yield { id: field('id'), event: field('event'), data: field('data') };
    }
  }
}

const told = z.looseObject({ slug: z.string().default(''), at: z.string().default('') });

function lineOf({ event, data }: Heard): string {
  const { slug, at, ...rest } = told.parse(JSON.parse(data));
  const numbers = Object.entries(rest).filter(([, value]) => typeof value === 'number' && value !== 0);
  const words = ['version', 'than', 'reason'].flatMap((name) => {
    const value = rest[name];
    return typeof value === 'string' ? [`${name} ${value}`] : [];
  });
  return [at, event, slug, ...words, ...numbers.map(([name, value]) => `${name} ${String(value)}`)].join(
    '  ',
  );
}

/** Prints until the time is over, or for ever; after a break it goes on where it was. */
async function watch(
  { world, output, client }: Session,
  { seconds }: z.output<typeof options>,
): Promise<undefined> {
  const remote = await client();
  const end = seconds === undefined ? Infinity : Date.now() + seconds * 1000;
  let last: string | undefined;
  while (Date.now() < end) {
    const query = { seconds: Math.min(MOST_SECONDS, Math.max(1, Math.ceil((end - Date.now()) / 1000))) };
    const headers = last === undefined ? {} : { 'last-event-id': last };
    const { body } = await remote.stream(liveUsage, { query, headers });
    for await (const heard of eventsOf(body)) {
      last = heard.id;
      if (heard.event === 'ready') output.note('Listening.');
      // One document per line, since it has no end.
      else if (output.json) {
        const data: unknown = JSON.parse(heard.data);
        world.stdout.write(`${JSON.stringify({ event: heard.event, data })}\n`);
      } else world.stdout.write(`${lineOf(heard)}\n`);
    }
  }
  return undefined;
}

export const watchCommand = (run: Commands): Command =>
  new Command('watch')
    .description('what is told of use as it happens, until it is interrupted')
    .addOption(new Option('--seconds <n>', 'end after so many seconds'))
    .action(run.action(options, (session, given) => watch(session, given)));
