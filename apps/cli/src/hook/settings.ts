import { isFields, type Fields } from './json';
import { hookVerbs, wiring } from './wiring';

/** How Claude Code starts the program: directly, so that no shell has to start first. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
}

/** In seconds; only a machine in trouble takes as long. */
const TIMEOUT = 5;

/** A settings file that is not as Claude Code writes it, and is left as it is. */
export class BrokenSettings extends Error {}

type Group = Fields & { readonly hooks: readonly unknown[] };
type Groups = Readonly<Record<string, readonly unknown[]>>;

const VERB = new RegExp(`(?:^|/|\\\\|\\s|"|')loam"?'? hook (?:${hookVerbs.join('|')})$`);

/** Whether a handler calls our hooks, by whatever path, through a shell or not. */
function isOurs(handler: unknown): boolean {
  if (!isFields(handler) || typeof handler['command'] !== 'string') return false;
  const { command, args } = handler;
  return VERB.test([command, ...(Array.isArray(args) ? args.map(String) : [])].join(' '));
}

const isGroup = (value: unknown): value is Group => isFields(value) && Array.isArray(value['hooks']);

function groupsOf(settings: Fields): Groups {
  const { hooks = {} } = settings;
  if (!isFields(hooks)) throw new BrokenSettings('"hooks" is no object');
  const entries = Object.entries(hooks).map(([event, groups]): [string, readonly unknown[]] => {
    if (!Array.isArray(groups)) throw new BrokenSettings(`"hooks.${event}" is no list`);
    return [event, groups];
  });
  return Object.fromEntries(entries);
}

/** Without our handlers, and without what held nothing else. */
const withoutOurs = (groups: readonly unknown[]): unknown[] =>
  groups.flatMap((group) => {
    if (!isGroup(group) || !group.hooks.some(isOurs)) return [group];
    const others = group.hooks.filter((handler) => !isOurs(handler));
    return others.length === 0 ? [] : [{ ...group, hooks: others }];
  });

/** The group that calls us for an event. */
const groupFor = ({ verb, matcher }: (typeof wiring)[number], { command, args }: Program): Group => ({
  ...(matcher === undefined ? {} : { matcher }),
  hooks: [{ type: 'command', command, args: [...args, 'hook', verb], timeout: TIMEOUT }],
});

/** Ours where we were, else at the end. */
function withOurs(groups: readonly unknown[], ours: Group): unknown[] {
  const place = groups.findIndex((group) => isGroup(group) && group.hooks.every(isOurs));
  const rest = withoutOurs(groups);
  return place === -1 ? [...rest, ours] : rest.toSpliced(place, 0, ours);
}

/** The `hooks` of the plugin, and what is merged into a settings file. */
export const ourHooks = (program: Program): Groups =>
  Object.fromEntries(wiring.map((wire) => [wire.event, [groupFor(wire, program)]]));

function parse(text: string): Fields {
  let settings: unknown;
  try {
    settings = JSON.parse(text.replace(/^\uFEFF/, '').trim() || '{}');
  } catch {
    throw new BrokenSettings('it is no JSON');
  }
  if (!isFields(settings)) throw new BrokenSettings('it is no object');
  return settings;
}

/** With the indentation that the file had. */
function write(settings: Fields, before: string): string {
  const indentation = /^\{\r?\n([ \t]+)/.exec(before)?.[1] ?? '  ';
  return `${JSON.stringify(settings, null, indentation)}\n`;
}

const put = (settings: Fields, hooks: Groups): Fields => {
  const { hooks: _, ...rest } = settings;
  // An existing key keeps its place.
  return Object.keys(hooks).length === 0 ? rest : { ...settings, hooks };
};

/** The text of a settings file that calls our hooks, once each. @throws BrokenSettings */
export function install(text: string, program: Program): string {
  const settings = parse(text);
  const before = groupsOf(settings);
  const hooks = wiring.reduce<Groups>(
    (groups, wire) => ({
      ...groups,
      [wire.event]: withOurs(groups[wire.event] ?? [], groupFor(wire, program)),
    }),
    before,
  );
  return same(before, hooks) ? text : write(put(settings, hooks), text);
}

/** The text of a settings file that calls our hooks no more. @throws BrokenSettings */
export function remove(text: string): string {
  const settings = parse(text);
  const before = groupsOf(settings);
  const left = Object.entries(before).flatMap(([event, groups]): [string, readonly unknown[]][] => {
    const others = withoutOurs(groups);
    return others.length === 0 && groups.length > 0 ? [] : [[event, others]];
  });
  const hooks = Object.fromEntries(left);
  return same(before, hooks) ? text : write(put(settings, hooks), text);
}

const same = (one: Groups, other: Groups): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Which events of the wiring a settings file calls us for. @throws BrokenSettings */
export function installed(text: string): string[] {
  const groups = groupsOf(parse(text));
  return wiring
    .map(({ event }) => event)
    .filter((event) => groups[event]?.some((group) => isGroup(group) && group.hooks.some(isOurs)) === true);
}
