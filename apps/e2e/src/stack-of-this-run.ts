import type { Stack } from '@loam/stack';

interface Running {
  readonly stack: Stack;
  readonly home: string;
}

let running: Running | undefined;

/** Keeps what the set-up started for the tear-down; both run in the same process and module registry. */
export const rememberStack = (started: Running): void => {
  running = started;
};

export const stackOfThisRun = (): Running | undefined => running;
