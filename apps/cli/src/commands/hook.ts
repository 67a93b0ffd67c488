import { Command, Option } from 'commander';
import { z } from 'zod';
import { ExitCode } from '../failure';
import { examine, type Findings } from '../hook/doctor';
import { install, ourHooks, remove } from '../hook/settings';
import { changeSettings, programFor, scopes, settingsFile } from '../hook/settings-file';
import { hookVerbs } from '../hook/wiring';
import type { Output } from '../output';
import type { Commands, Session } from '../session';

const installOptions = z.object({
  scope: z.enum(scopes).default('user'),
  remove: z.boolean().default(false),
  print: z.boolean().default(false),
});

async function installHooks(session: Session, options: z.output<typeof installOptions>) {
  const { scope } = options;
  const program = programFor(scope);
  if (options.print) {
    const hooks = { hooks: ourHooks(program) };
    session.output.result(hooks, () => JSON.stringify(hooks, null, 2));
    return undefined;
  }
  const file = settingsFile(scope, session.world);
  const change = options.remove ? remove : (text: string) => install(text, program);
  const changed = await changeSettings(file, change);
  const now = options.remove ? 'calls no hooks of ours' : 'calls the hooks';
  session.output.result({ file, scope, changed }, () => `${file} ${now}${changed ? '' : ', as before'}.`);
  return undefined;
}

const ago = (time: string | null): string => time ?? 'never';

function told(found: Findings, output: Output): string {
  const { spool, sending, server, settings, transcripts, problems } = found;
  return [
    output.table(
      ['HOOK', 'LAST CALLED'],
      found.hooks.map(({ hook, firedAt }) => [hook, ago(firedAt)]),
    ),
    ...settings.map(({ scope, file, events }) => `${scope}: ${file} calls ${String(events.length)} hooks`),
    `spool: ${String(spool.events)} events, ${String(spool.bytes)} bytes, ${String(spool.dropped.count)} dropped, ${String(spool.tooLarge.count)} too large`,
    `sent: ${ago(sending.sentAt)}${sending.now ? ', sending now' : ''}`,
    `server: ${server.url ?? 'none'}`,
    `texts of sessions: ${transcripts ? 'sent' : 'not sent'}`,
    ...(problems.length === 0 ? ['All is well.'] : problems.map((problem) => `! ${problem}`)),
  ].join('\n');
}

/** `loam hook`: what Claude Code calls, and how it comes to. The six words for it never get here; see main.ts. */
export function hookCommand(run: Commands): Command {
  const group = new Command('hook').description(
    `Tell the server what happens in sessions of Claude Code, which calls: ${hookVerbs.join(', ')}`,
  );
  group
    .command('install')
    .description('have Claude Code call the hooks, leaving all other settings as they are')
    .addOption(new Option('--scope <scope>', 'whose settings').choices(scopes).default('user'))
    .option('--remove', 'take them out again')
    .option('--print', 'show what would be added, and change nothing')
    .action(run.action(installOptions, installHooks));
  group
    .command('doctor')
    .description('show when each hook was last called, what waits to be sent, and what is wrong')
    .action(
      run.action(z.object({}), async (session) => {
        const found = await examine(session);
        session.output.result(found, () => told(found, session.output));
        return found.problems.length === 0 ? undefined : ExitCode.differences;
      }),
    );
  return group;
}
