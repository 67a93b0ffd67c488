/** The token under which slices are given the object store, which has no class to name it by. */
export const BLOBS = Symbol('blobs');

/** The token for the most bytes that the transcript of one session may have. */
export const TRANSCRIPT_BYTES = Symbol('transcript-bytes');
