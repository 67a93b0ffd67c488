/** The token under which slices are given the clock, which has no class to name it by. */
export const CLOCK = Symbol('clock');
