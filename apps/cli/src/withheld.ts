import type { InstallPlan } from '@loam/contracts/resolve';
import type { Newer } from '@loam/contracts/skill';
import { plain } from './text';

/** The header is percent-encoded; whatever else stands there is shown as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const newerNote = (slug: string, version: string, newer: string, why: string): string =>
  plain(`Note: ${slug} ${newer} is newer than ${version}, but ${why}.`);

const archivedNote = (slug: string, version: string): string =>
  plain(`Note: ${slug} ${version} is archived.`);

const yankedNote = (slug: string, version: string, reason: string): string =>
  plain(`Warning: ${slug} ${version} is yanked: ${reason}`);

/** A version in a table, with the newer one that is withheld. */
export const versionCell = ({
  version,
  newer,
}: {
  readonly version: string;
  readonly newer?: Newer | undefined;
}): string => (newer === undefined ? version : `${version} (${newer.version} is ${newer.status})`);

/** What the headers of a read say about the version besides its bytes. */
export function notesInHeaders(slug: string, version: string, headers: Headers): string[] {
  const [newer, why] = (headers.get('x-loam-newer') ?? '').split('; ');
  const yanked = headers.get('x-loam-yanked');
  return [
    ...(headers.has('x-loam-archived') ? [archivedNote(slug, version)] : []),
    ...(newer === undefined || why === undefined ? [] : [newerNote(slug, version, newer, why)]),
    ...(yanked === null ? [] : [yankedNote(slug, version, decoded(yanked))]),
  ];
}

/** What a plan says about its versions. */
export const notesInPlan = ({ items }: InstallPlan): string[] =>
  items.flatMap(({ slug, version, newer, yanked, archived }) => [
    ...(archived === true ? [archivedNote(slug, version)] : []),
    ...(newer === undefined ? [] : [newerNote(slug, version, newer.version, newer.status)]),
    ...(yanked === undefined ? [] : [yankedNote(slug, version, yanked)]),
  ]);
