import { Command, CommanderError, Option } from 'commander';
import { adminCommand } from './commands/admin';
import { archiveCommand, unarchiveCommand } from './commands/archive';
import { blockCommand, unblockCommand } from './commands/block';
import { bootstrapCommand } from './commands/bootstrap';
import { channelCommand } from './commands/channel';
import { decayCommand } from './commands/decay';
import { depsCommand } from './commands/deps';
import { downloadCommand } from './commands/download';
import { draftsCommand } from './commands/drafts';
import { eraseCommand } from './commands/erase';
import { hookCommand } from './commands/hook';
import { importCommand } from './commands/import';
import { loginCommand } from './commands/login';
import { planCommand } from './commands/plan';
import { projectCommand } from './commands/project';
import { namespaceCommand } from './commands/namespace';
import { publishCommand } from './commands/publish';
import { reviewCommand } from './commands/review';
import { resolveCommand } from './commands/resolve';
import { renameCommand } from './commands/rename';
import { searchCommand } from './commands/search';
import { showCommand } from './commands/show';
import { stackCommand } from './commands/stack';
import { tenantCommand } from './commands/tenant';
import { tokenCommand } from './commands/token';
import { usageCommand } from './commands/usage';
import { validateCommand } from './commands/validate';
import { webhookCommand } from './commands/webhook';
import { unyankCommand, yankCommand } from './commands/yank';
import { ExitCode, usageFailure } from './failure';
import { failureOf } from './explain';
import { Output } from './output';
import { Commands } from './session';
import type { World } from './world';

const VERSION = '0.1.0';

const commands = [
  loginCommand,
  importCommand,
  publishCommand,
  validateCommand,
  searchCommand,
  showCommand,
  depsCommand,
  resolveCommand,
  downloadCommand,
  usageCommand,
  archiveCommand,
  unarchiveCommand,
  decayCommand,
  yankCommand,
  unyankCommand,
  eraseCommand,
  channelCommand,
  reviewCommand,
  blockCommand,
  unblockCommand,
  bootstrapCommand,
  projectCommand,
  planCommand,
  stackCommand,
  draftsCommand,
  hookCommand,
  renameCommand,
  namespaceCommand,
  tokenCommand,
  tenantCommand,
  webhookCommand,
  adminCommand,
];

/** Errors and help of every command go where the run's streams are, and none of them ends the process. */
function settle(command: Command, world: World): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => world.stdout.write(text),
    writeErr: (text) => world.stderr.write(text),
  });
  for (const child of command.commands) settle(child, world);
}

function programOf(run: Commands, world: World): Command {
  const program = new Command('loam')
    .description('Publish, find and watch agent skills in a Loam registry.')
    .version(VERSION, '-V')
    .addOption(new Option('--url <address>', 'the server (LOAM_URL)'))
    .addOption(new Option('--tenant <slug>', 'the tenant (LOAM_TENANT)'))
    .addOption(new Option('--token <token>', 'the token (LOAM_TOKEN)'))
    .addOption(new Option('--json', 'answer with one JSON document on standard output'))
    .showHelpAfterError('Add --help for what is possible.');
  for (const command of commands) program.addCommand(command(run));
  settle(program, world);
  return program;
}

/** Help that was asked for is a success; what is wrong with the command line has been told to people already. */
function ended({ exitCode, message }: CommanderError, output: Output): ExitCode {
  if (exitCode === 0) return ExitCode.ok;
  output.failureDocument(usageFailure(message));
  return ExitCode.usage;
}

/** Runs one command line, without the name of the program; resolves to the exit code and never rejects. */
export async function runCli(args: readonly string[], world: World): Promise<ExitCode> {
  const run = new Commands(world);
  try {
    await programOf(run, world).parseAsync(args, { from: 'user' });
    return run.exitCode;
  } catch (error) {
    const output = new Output(world, args.includes('--json'));
    if (error instanceof CommanderError) return ended(error, output);
    const failure = failureOf(error);
    output.failure(failure);
    return failure.facts.exitCode;
  }
}
