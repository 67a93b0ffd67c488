const ASSIGNED =
  /^[ \t]*(?:export[ \t]+|local[ \t]+|readonly[ \t]+)?([A-Za-z_]\w{0,40})=(["']?)([^\s"'`$();|&<>]{1,200})\2[ \t]*;?[ \t]*$/gm;
/** Uses that are written out; a text of nothing else must not grow beyond measure. */
const MOST_USES = 1000;
const USED = /\$(?:\{([A-Za-z_]\w{0,40})\}|([A-Za-z_]\w{0,40}))/g;

/** The text with the shell's variables written out, where one plain value is given to them; lines stay where they were. */
export function expandVariables(text: string): string {
  if (!text.includes('$')) return text;
  const values = new Map<string, string | undefined>();
  for (const [, name = '', , value = ''] of text.matchAll(ASSIGNED))
    values.set(name, values.has(name) ? undefined : value);
  if (values.size === 0) return text;
  let uses = 0;
  return text.replace(USED, (all, braced: string | undefined, bare: string | undefined) =>
    uses++ < MOST_USES ? (values.get(braced ?? bare ?? '') ?? all) : all,
  );
}
