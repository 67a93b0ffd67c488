import { Command, Option } from 'commander';
import { z } from 'zod';
import {
  discardDeadLetter,
  listDeadLetters,
  redriveDeadLetter,
  showDeadLetter,
} from '@loam/contracts/http/gateway';
import { serviceNameSchema, type DeadLetter, type ServiceName } from '@loam/contracts/operations';
import { ExitCode, Failure, usageFailure } from '../failure';
import { failureOf } from '../explain';
import type { Client } from '../remote/client';
import type { Commands, Session } from '../session';
import { moment, plain } from '../text';

const MOST = 1000;

const options = z.object({ service: serviceNameSchema.optional() });
const manyOptions = options.extend({ all: z.boolean().default(false) });

type Reference = Pick<DeadLetter, 'service' | 'id'>;

const serviceOption = (): Option =>
  new Option('--service <service>', 'only of this one').choices(serviceNameSchema.options);

async function letters(client: Client, session: Session, service?: ServiceName): Promise<DeadLetter[]> {
  const { items, unreachable } = await client.call(listDeadLetters, { query: { service, limit: MOST } });
  if (unreachable.length > 0) session.output.note(`No answer from ${unreachable.join(', ')}.`);
  return items;
}

/** The dead letters of these ids; whose they are is looked up unless the service is given. */
async function find(
  client: Client,
  session: Session,
  ids: readonly string[],
  service?: ServiceName,
): Promise<Reference[]> {
  if (service !== undefined) return ids.map((id) => ({ service, id }));
  const known = await letters(client, session);
  return ids.map((id) => {
    const [letter, another] = known.filter((each) => each.id === id);
    if (another !== undefined)
      throw usageFailure(`Several services have a dead letter ${id}.`, 'Say which with --service.');
    if (letter !== undefined) return letter;
    const what = `There is no dead letter ${id}.`;
    throw new Failure({ exitCode: ExitCode.notFound, code: 'dead-letter-not-found', what });
  });
}

const list = (run: Commands): Command =>
  new Command('list')
    .description('what services gave up on, newest first')
    .addOption(serviceOption())
    .action(
      run.action(options, async (session, { service }) => {
        const found = await letters(await session.client(), session, service);
        session.output.result(found, () =>
          found.length === 0
            ? 'No dead letters.'
            : session.output.table(
                ['ID', 'SERVICE', 'FROM', 'FAILED', 'ATTEMPTS', 'REASON'],
                found.map((each) => [
                  each.id,
                  each.service,
                  each.name,
                  moment(each.failedAt),
                  String(each.attempts),
                  each.reason,
                ]),
              ),
        );
        return undefined;
      }),
    );

const show = (run: Commands): Command =>
  new Command('show')
    .description('one of them with its payload and stack')
    .argument('<id>')
    .addOption(serviceOption())
    .action(
      run.action(options, async (session, { service }, ids) => {
        const client = await session.client();
        const [letter] = await find(client, session, ids, service);
        if (letter === undefined) throw usageFailure('Which one?');
        const shown = await client.call(showDeadLetter, {
          params: { service: letter.service, id: letter.id },
        });
        session.output.result(shown, () => {
          const { payload, stack, ...facts } = shown;
          const lines = Object.entries(facts).map(
            ([name, value]) => `${`${name}:`.padEnd(11)}${plain(String(value ?? ''))}`,
          );
          const trace = (stack ?? '').split('\n').map(plain);
          return [...lines, '', JSON.stringify(payload, null, 2), '', ...trace].join('\n');
        });
        return undefined;
      }),
    );

interface Deed {
  readonly name: 'redrive' | 'discard';
  readonly description: string;
  readonly done: string;
  readonly route: typeof discardDeadLetter;
}

async function perform(
  session: Session,
  { route, done }: Deed,
  chosen: z.output<typeof manyOptions>,
  ids: readonly string[],
) {
  if (chosen.all === ids.length > 0) throw usageFailure('Name dead letters by their ids, or say --all.');
  const client = await session.client();
  const { service } = chosen;
  const found = chosen.all
    ? await letters(client, session, service)
    : await find(client, session, ids, service);
  const failures: { id: string; service: ServiceName; code: string; detail: string }[] = [];
  for (const { service: owner, id } of found) {
    try {
      await client.call(route, { params: { service: owner, id } });
    } catch (error) {
      const { code, what, exitCode } = failureOf(error).facts;
      if (!chosen.all || exitCode !== ExitCode.refused) throw error;
      failures.push({ id, service: owner, code, detail: what });
    }
  }
  const count = found.length - failures.length;
  session.output.result({ [done]: count, failed: failures }, () =>
    [`${String(count)} ${done}.`, ...failures.map(({ id, detail }) => `${id}: ${plain(detail)}`)].join('\n'),
  );
  return failures.length > 0 ? ExitCode.refused : ExitCode.ok;
}

const many = (run: Commands, deed: Deed): Command =>
  new Command(deed.name)
    .description(deed.description)
    .argument('[ids...]')
    .addOption(serviceOption())
    .option('--all', 'every one that there is')
    .action(run.action(manyOptions, (session, chosen, ids) => perform(session, deed, chosen, ids)));

export const deadLetterCommand = (run: Commands): Command =>
  new Command('dlq')
    .description('dead letters: what services gave up on')
    .addCommand(list(run), { isDefault: true })
    .addCommand(show(run))
    .addCommand(
      many(run, { name: 'redrive', description: 'try again', done: 'redriven', route: redriveDeadLetter }),
    )
    .addCommand(
      many(run, { name: 'discard', description: 'forget', done: 'discarded', route: discardDeadLetter }),
    );
