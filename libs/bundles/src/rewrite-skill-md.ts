import { parseDocument } from 'yaml';
import type { Bundle, BundleOptions } from './bundle';
import { assembleBundle } from './bundle';
import { readableYaml, splitFrontmatter } from './frontmatter';
import { parseSkillMd, type SkillManifest } from './manifest';

/** What SKILL.md is to say; what is left out stays as it is, and null or an empty list takes a key away. */
export interface SkillMdChanges {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly whenToUse?: string | null | undefined;
  readonly tags?: readonly string[] | undefined;
  /** Only where it names one already. */
  readonly version?: string | undefined;
}

type Keys = readonly (readonly [key: string, value: unknown])[];

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The keys of the frontmatter that say something else than they are to say. */
function differing(manifest: SkillManifest, changes: SkillMdChanges): Keys {
  const { name, description, tags, version } = changes;
  const whenToUse = changes.whenToUse === '' ? null : changes.whenToUse;
  const asked: readonly (readonly [string, unknown, unknown])[] = [
    ['name', name, manifest.name],
    ['description', description, manifest.description],
    ['when_to_use', whenToUse, manifest.whenToUse ?? null],
    ['tags', tags, manifest.tags],
    ['version', manifest.version === undefined ? undefined : version, manifest.version],
  ];
  return asked.flatMap(([key, wanted, is]) =>
    wanted === undefined || isSame(wanted, is) ? [] : [[key, wanted]],
  );
}

const isNothing = (value: unknown): boolean => value === null || (Array.isArray(value) && value.length === 0);

/**
 * A SKILL.md that says what it is to say: the other keys, their comments and the body stay. The same text comes back
 * where it says so already. Throws a BundleProblem where the text cannot be read.
 */
export function rewriteSkillMd(source: string, changes: SkillMdChanges): string {
  const keys = differing(parseSkillMd(source), changes);
  const { yaml, body } = splitFrontmatter(source);
  if (keys.length === 0 || yaml === undefined) return source;
  const document = parseDocument(readableYaml(yaml).yaml, {
    version: '1.2',
    schema: 'core',
    stringKeys: true,
  });
  for (const [key, value] of keys)
    if (isNothing(value)) document.delete(key);
    else document.set(key, value);
  // A folded line would be a change of more than was asked for.
  return `---\n${document.toString({ lineWidth: 0 })}---\n${body}`;
}

/**
 * The bundle with another SKILL.md, or one whose frontmatter says something else; checked by the same rules as an
 * upload. Throws a BundleProblem.
 * @param skillMd the whole text, where it is not the one that is there
 */
export function rewriteBundle(
  { entries }: Pick<Bundle, 'entries'>,
  { skillMd, changes }: { readonly skillMd?: string | undefined; readonly changes: SkillMdChanges },
  options: BundleOptions = {},
): Bundle {
  const rewritten = entries.map((entry) => {
    if (entry.path !== 'SKILL.md') return entry;
    const text = skillMd ?? Buffer.from(entry.bytes).toString('utf8');
    return { ...entry, bytes: Buffer.from(rewriteSkillMd(text, changes)) };
  });
  return assembleBundle(rewritten, options);
}
