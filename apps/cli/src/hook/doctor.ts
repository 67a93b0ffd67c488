import { statSync } from 'node:fs';
import { whoami } from '@loam/contracts/http/gateway';
import { permits } from '@loam/contracts/scopes';
import { failureOf } from '../explain';
import type { Session } from '../session';
import { join } from 'node:path';
import { textOf } from './json';
import { placesOf } from './places';
import { installed } from './settings';
import { scopes, settingsFile, settingsText, type SettingsScope } from './settings-file';
import { isLocked, sendingOf } from './sending';
import { linesOf, type Loss, lossOf, sealed, sizeOf } from './spool';
import { wishesFor } from './wishes';
import { hookVerbs, wiring } from './wiring';

interface Settings {
  readonly scope: SettingsScope;
  readonly file: string;
  /** The events of Claude Code that call us from here. */
  readonly events: readonly string[];
  /** Why it cannot be read. */
  readonly error: string | null;
}

/** Everything that has to be right for what happens in a session to arrive. */
export interface Findings {
  /** When each hook was last called; null where it never was. */
  readonly hooks: readonly { readonly hook: string; readonly firedAt: string | null }[];
  /** When the plugin called any of them last; null where it never did. */
  readonly pluginFiredAt: string | null;
  readonly settings: readonly Settings[];
  readonly objection: string | null;
  readonly transcripts: boolean;
  readonly spool: {
    readonly events: number;
    readonly bytes: number;
    readonly dropped: Loss;
    readonly tooLarge: Loss;
  };
  readonly sending: {
    readonly now: boolean;
    readonly sentAt: string | null;
    readonly error: string | null;
    readonly refused: number;
  };
  readonly server: { readonly url: string | null; readonly error: string | null };
  /** What is wrong, in sentences; empty where all is well. */
  readonly problems: readonly string[];
}

async function settingsOf(scope: SettingsScope, session: Session): Promise<Settings> {
  const file = settingsFile(scope, session.world);
  try {
    return { scope, file, events: installed(await settingsText(file)), error: null };
  } catch (error) {
    return { scope, file, events: [], error: error instanceof Error ? error.message : String(error) };
  }
}

async function serverOf(session: Session): Promise<Findings['server']> {
  let url: string | null = null;
  try {
    url = (await session.connection()).url;
    const { scopes: held } = await (await session.client()).call(whoami, {});
    const missing = (['capture:write', 'telemetry:write'] as const).filter((scope) => !permits(held, scope));
    return { url, error: missing.length === 0 ? null : `the token lacks ${missing.join(' and ')}` };
  } catch (error) {
    return { url, error: failureOf(error).facts.what };
  }
}

const timeOf = (file: string): string | null =>
  statSync(file, { throwIfNoEntry: false })?.mtime.toISOString() ?? null;

/** The later of two moments. */
const later = (one: string | null, other: string | null): string | null =>
  one === null || (other !== null && other > one) ? other : one;

/** For so long, in ms, the plugin counts as installed after it was seen last. */
const SEEN_MS = 7 * 86_400_000;

/** Claude Code calls the hooks of a plugin beside those of settings. */
function twice({ settings, pluginFiredAt }: Omit<Findings, 'problems'>, now: Date): string[] {
  const calling = settings.filter(({ events }) => events.length > 0);
  if (pluginFiredAt === null || now.getTime() - Date.parse(pluginFiredAt) > SEEN_MS) return [];
  return calling.map(
    ({ scope, file }) =>
      `The plugin and ${file} both call the hooks, so that every session is told twice: run \`loam hook install --remove --scope ${scope}\`, or take the plugin away.`,
  );
}

const lost = ({ count, at }: Loss, how: string): string[] =>
  at === null ? [] : [`${String(count)} calls of hooks ${how}, the last at ${at}.`];

function problemsOf(found: Omit<Findings, 'problems'>, now: Date): string[] {
  const { settings, objection, spool, sending, server } = found;
  const calling = new Set(settings.flatMap(({ events }) => events));
  const missing = wiring.filter(({ event }) => !calling.has(event)).map(({ event }) => event);
  return [
    ...(objection === null ? [] : [`Nothing is noted or sent: ${objection}.`]),
    ...settings.flatMap(({ file, error }) => (error === null ? [] : [`${file}: ${error}.`])),
    // The plugin calls us without any settings, which shows by the hooks that were called.
    ...(missing.length === 0 || found.hooks.some(({ firedAt }) => firedAt !== null)
      ? []
      : [
          `No settings call the hooks of ${missing.join(', ')}: run \`loam hook install\`, or use the plugin.`,
        ]),
    ...twice(found, now),
    ...lost(spool.dropped, 'found no room in the spool'),
    ...lost(spool.tooLarge, 'were too large to be read'),
    ...(sending.refused === 0 ? [] : [`The server took ${String(sending.refused)} events for invalid.`]),
    ...(sending.error === null ? [] : [`Sending broke off: ${sending.error}.`]),
    ...(server.error === null ? [] : [`The server: ${server.error}`]),
  ];
}

/** Looks at everything, and changes nothing. */
export async function examine(session: Session): Promise<Findings> {
  const { env, cwd } = session.world;
  const places = placesOf(env);
  const now = new Date();
  const files = [...sealed(places), places.current].filter((file) => sizeOf(file) > 0);
  const { sentAt, error, refused } = sendingOf(textOf(places.sending));
  const found = {
    hooks: hookVerbs.map((hook) => ({
      hook,
      firedAt: later(timeOf(join(places.fired, hook)), timeOf(join(places.firedByPlugin, hook))),
    })),
    pluginFiredAt: hookVerbs.map((hook) => timeOf(join(places.firedByPlugin, hook))).reduce(later, null),
    settings: await Promise.all(scopes.map((scope) => settingsOf(scope, session))),
    ...wishesFor(env['CLAUDE_PROJECT_DIR'] || cwd, env),
    spool: {
      events: files.reduce((sum, file) => sum + linesOf(file).length, 0),
      bytes: files.reduce((sum, file) => sum + sizeOf(file), 0),
      dropped: lossOf(places.dropped, now),
      tooLarge: lossOf(places.tooLarge, now),
    },
    sending: { now: isLocked(places, now), sentAt, error, refused },
    server: await serverOf(session),
  };
  return { ...found, problems: problemsOf(found, now) };
}
