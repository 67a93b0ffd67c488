const PREFIX = 12;

/** The beginning of a token, by which its owner recognises it; it gives away nothing of the secret. */
export const prefixOf = (tokenId: string): string => `loam_${tokenId}`.slice(0, PREFIX);
