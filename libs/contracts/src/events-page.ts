import { eventConstants } from './contracts';
import type { EventDefinition } from './define';

/** A source file: its path from the root of the repository, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

interface Use {
  readonly service: string;
  readonly constant: string;
}
interface Consumption extends Use {
  readonly slice: string;
}

const HANDLER = /@OnEvent\(\s*(\w+)\s*,\s*'([^']+)'/g;
/** Lists may be written in lines, each a list of its own. */
/** In a main.ts, or as a list of definitions beside it that several need. */
const EVENTS_LIST =
  /(?:\bevents: |\b\w+(?:Events|Definitions)(?:: readonly EventDefinition\[\])? = )\[((?:[^[\]]|\[[^\]]*\])*)\]/g;

const serviceOf = (path: string): string | undefined => /^apps\/([^/]+)\/src\//.exec(path)?.[1];

const isSource = (path: string): boolean =>
  path.endsWith('.ts') && !/\.(spec|fixtures|features)\.ts$/.test(path);

function search<Found>(
  sources: readonly SourceFile[],
  pattern: RegExp,
  found: (service: string, match: RegExpMatchArray) => Found[],
): Found[] {
  return sources
    .filter(({ path }) => isSource(path))
    .flatMap(({ path, text }) => {
      const service = serviceOf(path);
      if (service === undefined) return [];
      return [...text.matchAll(pattern)].flatMap((match) => found(service, match));
    });
}

const consumptions = (sources: readonly SourceFile[]): Consumption[] =>
  search(sources, HANDLER, (service, [, constant = '', slice = '']) => [{ service, constant, slice }]);

const productions = (sources: readonly SourceFile[]): Use[] =>
  search(sources, EVENTS_LIST, (service, [, list = '']) =>
    [...list.matchAll(/\w+/g)].map(([constant]) => ({ service, constant })),
  );

const ownerOf = ({ name }: EventDefinition): string => name.split('.')[0] ?? '';

/** What is wrong with the flow of events: those that nobody produces, and handlers of events that nobody declares. */
export function eventFaults(sources: readonly SourceFile[]): string[] {
  const produced = productions(sources);
  const orphans = [...eventConstants].flatMap(([constant, event]) =>
    produced.some((use) => use.constant === constant && use.service === ownerOf(event))
      ? []
      : [`${event.name}: ${ownerOf(event)} does not list ${constant} among its events`],
  );
  const unknown = consumptions(sources).flatMap(({ service, constant, slice }) =>
    eventConstants.has(constant)
      ? []
      : [`${service}--${slice} consumes ${constant}, which no contract declares`],
  );
  return [...orphans, ...unknown];
}

function sectionOf(constant: string, event: EventDefinition, consumed: readonly Consumption[]): string {
  const consumers = consumed
    .filter((use) => use.constant === constant)
    .map(({ service, slice }) => `${service} (\`${slice}\`)`)
    .sort();
  return [
    `## \`${event.name}\` v${String(event.version)}`,
    '',
    event.summary,
    '',
    `- Subject: \`${event.subject}\``,
    `- Producer: ${ownerOf(event)}`,
    `- Consumers: ${consumers.length === 0 ? 'none' : consumers.join(', ')}`,
    '',
  ].join('\n');
}

/** The page `docs/events.md`: every event with its meaning, its producer and who reacts to it. */
export function eventsPage(sources: readonly SourceFile[]): string {
  const consumed = consumptions(sources);
  const sorted = [...eventConstants].sort(([, a], [, b]) => (a.name < b.name ? -1 : 1));
  const sections = sorted.map(([constant, event]) => sectionOf(constant, event, consumed));
  const introduction =
    'What happens in Loam and who reacts to it. Generated from the contracts and the handlers by `npm run docs`.\n';
  return ['# Events\n', introduction, ...sections].join('\n');
}
