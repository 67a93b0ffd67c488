import type { Guard, RunningPart } from '@loam/embedded';

interface Stack {
  readonly postgres: RunningPart;
  readonly guard: Guard;
  readonly dataDir: string;
}

let stack: Stack | undefined;

/** Keeps what the set-up started for the tear-down; both run in the same process and module registry. */
export const rememberStack = (started: Stack): void => {
  stack = started;
};

export const stackOfThisRun = (): Stack | undefined => stack;
