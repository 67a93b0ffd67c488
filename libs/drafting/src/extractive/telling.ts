const TELLING =
  /error|fail|cannot|can't|could not|unable|not found|no such|refused|denied|invalid|undefined|missing|unexpected|expected|mismatch|panic|exception|traceback|immutable|unsupported|already|conflict|timeout|timed out|too open|does not|doesn't|warning/i;
const NOISE =
  /^(?:Exit code \d+|at .+[:)]|npm error (?:A complete log|code)|\d+ (?:passed|failed|errors?) in [\d.]+s|\[left out|\[…\]|[=\-~^.\s|]*$)/;
/** The lines of a failure that say most, in their order. */
export function tellingLines(text: string, most: number): string[] {
  const lines = text
    .replaceAll(/<\/?tool_use_error>/g, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => !NOISE.test(line));
  const telling = lines.filter((line) => TELLING.test(line));
  return (telling.length > 0 ? telling : lines).slice(0, most).map((line) => line.trim().slice(0, 300));
}

/** What is only a list of what failed, or a count of it. */
const SUMMARY = /^(?:FAIL|FAILED|ERROR|---|●|Tests?:?)\b[^:]*$|^Tests?: |^\d+ (?:failed|errors?)/;

/** The one of some telling lines that says most. */
export function mainLine(lines: string): string {
  const all = lines.split('\n');
  return all.find((line) => TELLING.test(line) && !SUMMARY.test(line)) ?? all[0] ?? '';
}

/** A text on one line, cut at a word. */
export function oneLine(text: string, most: number): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  if (line.length <= most) return line;
  const cut = line.slice(0, most - 1);
  const word = cut.lastIndexOf(' ');
  return `${(word > most / 2 ? cut.slice(0, word) : cut).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
