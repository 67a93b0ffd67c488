import { BlobKeyInvalid } from './blob-errors';

// Lower case only: the filesystem driver must work where file names do not tell cases apart.
const SEGMENT = '[a-z0-9][a-z0-9._-]{0,199}';
const KEY = new RegExp(`^${SEGMENT}(/${SEGMENT})*$`);
const PREFIX = new RegExp(`^(${SEGMENT}/)*(${SEGMENT})?$`);
/** S3 allows 1024; the rest is for the prefix that the configuration puts in front. */
const MAX_LENGTH = 800;

const require = (pattern: RegExp, text: string): void => {
  if (text.length > MAX_LENGTH || !pattern.test(text)) throw new BlobKeyInvalid(text);
};

export const requireKey = (key: string): void => require(KEY, key);

export const requirePrefix = (prefix: string): void => require(PREFIX, prefix);
