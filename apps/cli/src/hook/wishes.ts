import { isFields, readFields, type Fields } from './json';
import { placesOf, projectWishes, type Env } from './places';

/** What may be told of a session. */
export interface Wishes {
  /** Nothing is noted or sent, and this is why; null where nobody objects. */
  readonly objection: string | null;
  /** Whether the text of the session may be sent as well, redacted. */
  readonly transcripts: boolean;
}

/** `{"tracker": {"enabled": …}, "transcripts": {"enabled": …}, "history": {"enabled": …}}` of one file. */
function enabled(file: Fields | undefined, what: string): boolean | undefined {
  const part = file?.[what];
  const value = isFields(part) ? part['enabled'] : undefined;
  return typeof value === 'boolean' ? value : undefined;
}

const asksNotToTrack = ({ DO_NOT_TRACK }: Env): boolean => !['', '0', 'false'].includes(DO_NOT_TRACK ?? '');

/** Whether the person wants the history of the shell to be read. A project has no say in it. */
export function mayReadHistory(env: Env): boolean {
  try {
    return !asksNotToTrack(env) && enabled(readFields(placesOf(env).wishes), 'history') === true;
  } catch {
    return false;
  }
}

/**
 * Each of the person, the project and `DO_NOT_TRACK` can object, and no other can overrule it. A file that cannot be
 * understood objects, since it may have been meant to. Texts are sent only where the project or the person asks for it.
 */
export function wishesFor(project: string, env: Env): Wishes {
  const no = (objection: string): Wishes => ({ objection, transcripts: false });
  if (asksNotToTrack(env)) return no('DO_NOT_TRACK is set');
  const found: (Fields | undefined)[] = [];
  for (const file of [placesOf(env).wishes, projectWishes(project)]) {
    try {
      const fields = readFields(file);
      if (enabled(fields, 'tracker') === false) return no(`${file} says tracker.enabled = false`);
      found.push(fields);
    } catch {
      return no(`${file} is no JSON`);
    }
  }
  const texts = found.map((fields) => enabled(fields, 'transcripts'));
  return { objection: null, transcripts: texts.includes(true) && !texts.includes(false) };
}
