/** Steps that only prepare a command, such as going to a folder. */
const PREPARATION = /^\s*(?:cd|pushd|set|export|source|\.)\s[^&;|\n]{0,400}(?:&&|;|\n)/;
const ASSIGNMENT = /^[A-Za-z_]\w*=/;
/** Programs that run another one. */
const WRAPPERS: ReadonlySet<string> = new Set(['sudo', 'time', 'env', 'nohup', 'command']);
const LONGEST = 80;

/** A command without the steps that only prepare it. */
function withoutPreparation(command: string): string {
  let left = command.slice(0, 4_000);
  for (let steps = 0; steps < 8 && PREPARATION.test(left); steps += 1) left = left.replace(PREPARATION, '');
  return left.trim();
}

/**
 * The first two words of a command that are no flags, in lower case, such as `npm run` for `CI=1 npm --silent run build`:
 * what commands of the same kind have in common. Empty where there is no word.
 */
export function stemOf(command: string): string {
  const [first = ''] = withoutPreparation(command).split(/[|;&\n]/, 1);
  const words = first
    .split(/\s+/)
    .filter((word) => word !== '' && !word.startsWith('-') && !ASSIGNMENT.test(word) && !WRAPPERS.has(word));
  return words.slice(0, 2).join(' ').toLowerCase().slice(0, LONGEST);
}
