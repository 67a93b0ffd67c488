import { z } from 'zod';

/**
 * The environment is not what the program needs. The message names every variable that is wrong or missing, once,
 * and says what it should be; it never repeats a value, which may be a secret.
 */
export class ConfigError extends Error {
  /** EX_CONFIG of sysexits.h. */
  static readonly exitCode = 78;
}

/** The variables as the operating system gives them; an empty one counts as missing. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the variables of several concerns, a schema each, and collects what is wrong with all of them. What a variable
 * should be is the description of its field, or the message of a custom issue that names it.
 */
export class ConfigReader {
  private readonly given: Environment;
  private readonly wrong = new Map<string, string>();

  constructor(
    private readonly program: string,
    environment: Environment,
  ) {
    this.given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  }

  /** @returns what was read, to be asked for after `check` */
  read<Schema extends z.ZodType>(schema: Schema): () => z.output<Schema> {
    const parsed = schema.safeParse(this.given);
    for (const issue of parsed.error?.issues ?? []) this.note(schema, issue);
    return () => {
      if (parsed.success) return parsed.data;
      throw this.error();
    };
  }

  /** @throws ConfigError when anything that was read is wrong */
  check(): void {
    if (this.wrong.size > 0) throw this.error();
  }

  private note(schema: z.ZodType, issue: z.core.$ZodIssue): void {
    const variable = String(issue.path[0]);
    const state = this.given[variable] === undefined ? 'is missing' : 'is wrong';
    const wanted = issue.code === 'custom' ? issue.message : descriptionOf(schema, variable);
    if (!this.wrong.has(variable)) this.wrong.set(variable, `  ${variable} ${state}: it should be ${wanted}`);
  }

  private error(): ConfigError {
    return new ConfigError(
      [`${this.program} cannot start with this environment:`, ...this.wrong.values()].join('\n'),
    );
  }
}

/** The description of a field, also where the concern is made into something else or the field has a default. */
function descriptionOf(concern: unknown, variable: string): string {
  const object: unknown = concern instanceof z.ZodPipe ? concern.in : concern;
  const field: unknown = object instanceof z.ZodObject ? object.shape[variable] : undefined;
  const inner: unknown =
    field instanceof z.ZodDefault || field instanceof z.ZodOptional ? field.unwrap() : undefined;
  const described = [field, inner].find((one) => one instanceof z.ZodType && one.description !== undefined);
  return described instanceof z.ZodType ? (described.description ?? '') : 'another value';
}
