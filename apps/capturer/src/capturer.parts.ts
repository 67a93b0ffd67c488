/** The token under which slices are given the object store, which has no class to name it by. */
export const BLOBS = Symbol('blobs');
