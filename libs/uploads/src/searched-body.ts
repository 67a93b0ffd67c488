/** Characters of the body that are searched. */
const MOST = 32_768;

/** As much of the body of SKILL.md as is searched. Postgres keeps no U+0000, and half of a pair would not survive the cut. */
export const searchedBody = (body: string): string => body.slice(0, MOST).replace(/\0|[\uD800-\uDBFF]$/g, '');
