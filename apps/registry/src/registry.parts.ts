/** The token under which slices are given the object store, which has no class to name it by. */
export const BLOBS = Symbol('blobs');

/** The token under which slices are told whether there is a git mirror. */
export const HAS_MIRROR = Symbol('has mirror');
