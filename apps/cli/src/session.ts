import { Command } from 'commander';
import { z } from 'zod';
import { connection } from './config';
import { usageFailure, type ExitCode } from './failure';
import { Output } from './output';
import { Client } from './remote/client';
import type { Connection } from './remote/request';
import type { World } from './world';

const globalsSchema = z.object({
  url: z.string().optional(),
  tenant: z.string().optional(),
  token: z.string().optional(),
  json: z.boolean().default(false),
});
type Globals = z.output<typeof globalsSchema>;

/** One run of one command: where it reads, writes and connects to. */
export class Session {
  readonly output: Output;

  constructor(
    readonly world: World,
    readonly globals: Globals,
  ) {
    this.output = new Output(world, globals.json);
  }

  /** @throws Failure where no server is known */
  readonly connection = (): Promise<Connection> => connection(this.globals, this.world);

  readonly client = async (): Promise<Client> => new Client(await this.connection());
}

/** What a command does; without an exit code it went well. */
export type Work<Options> = (
  session: Session,
  options: Options,
  args: readonly string[],
) => Promise<ExitCode | undefined>;

/** Adds commands to a program, and runs what they do. */
export class Commands {
  exitCode: ExitCode = 0;

  constructor(private readonly world: World) {}

  /** The action of a command: its options are checked before it does anything. */
  action<S extends z.ZodType>(
    options: S,
    work: Work<z.output<S>>,
  ): (...received: unknown[]) => Promise<void> {
    return async (...received) => {
      const command = received.at(-1);
      if (!(command instanceof Command)) throw new Error('an action is called with its command');
      const session = new Session(this.world, globalsSchema.parse(command.optsWithGlobals()));
      const parsed = options.safeParse(command.opts());
      if (!parsed.success) throw usageFailure(firstFault(parsed.error), `loam ${command.name()} --help`);
      this.exitCode = (await work(session, parsed.data, command.args)) ?? this.exitCode;
    };
  }
}

function firstFault({ issues }: z.ZodError): string {
  const [issue] = issues;
  return `--${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is not valid'}`;
}

/** The words of a list that is written with commas. */
export const wordList = z
  .string()
  .transform((text) => text.split(',').map((word) => word.trim()))
  .transform((words) => words.filter((word) => word !== ''));
