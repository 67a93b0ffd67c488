/** Characters of the body that are searched. */
const MOST = 32_768;

/** What stands below the frontmatter, as far as it is searched. */
export function bodyOf(skillMd: string): string {
  const body = skillMd.replace(/^\uFEFF?---\r?\n[\s\S]*?\r?\n---[ \t]*(?:\r?\n|$)/, '');
  // Postgres keeps no U+0000, and half of a pair would not survive the cut.
  return body.slice(0, MOST).replace(/\0|[\uD800-\uDBFF]$/g, '');
}
