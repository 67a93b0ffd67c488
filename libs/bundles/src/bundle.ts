import { type BundleEntry, sortEntries } from './entry';
import { fingerprint } from './fingerprint';
import { Intake } from './intake';
import { type BundleLimits, defaultLimits } from './limits';
import { type ManifestOptions, parseSkillMd, type SkillManifest } from './manifest';
import { isText } from './media-type';
import { BundleProblem } from './problem';
import { readTarGz } from './read-tar-gz';
import { readZip } from './read-zip';

/** A bundle that passed every check of this library. */
export interface Bundle {
  /** Sorted by the UTF-8 bytes of the path. */
  readonly entries: BundleEntry[];
  readonly manifest: SkillManifest;
  /** See {@link fingerprint}. */
  readonly fingerprint: string;
}

/** How to read a bundle. */
export interface BundleOptions extends ManifestOptions {
  /** Default {@link defaultLimits}. */
  readonly limits?: BundleLimits | undefined;
}

const SKILL_MD = 'SKILL.md';

function findSkillMd(entries: readonly BundleEntry[]): BundleEntry {
  const skillMd = entries.find(({ path }) => path === SKILL_MD);
  if (skillMd !== undefined) return skillMd;
  const wrong = entries.find(({ path }) => path.toLowerCase() === SKILL_MD.toLowerCase());
  if (wrong !== undefined) {
    throw new BundleProblem('skill-md-wrong-case', 'The file must be spelled SKILL.md.', wrong.path);
  }
  const nested = entries.find(({ path }) => path.endsWith(`/${SKILL_MD}`));
  const hint =
    nested === undefined ? '' : ' The one below the root does not count; pack the folder that holds it.';
  throw new BundleProblem('skill-md-missing', `There is no SKILL.md at the root.${hint}`, nested?.path);
}

function checkText({ path, bytes }: BundleEntry, limits: BundleLimits): void {
  if (path === SKILL_MD && !isText(bytes)) {
    throw new BundleProblem('skill-md-encoding', 'SKILL.md is not UTF-8 text.', path);
  }
  if (bytes.length > limits.textFileBytes && isText(bytes)) {
    const detail = `The text file has ${bytes.length} bytes; at most ${limits.textFileBytes} are allowed.`;
    throw new BundleProblem('bundle-file-too-large', detail, path);
  }
}

/**
 * Makes a bundle of files in memory, by the same rules as {@link readBundle}. Throws a BundleProblem.
 */
export function assembleBundle(files: readonly BundleEntry[], options: BundleOptions = {}): Bundle {
  const limits = options.limits ?? defaultLimits;
  const intake = new Intake(limits);
  const entries = sortEntries(
    files.map((file) => ({ ...file, path: intake.file(file.path, file.bytes.length) })),
  );
  const skillMd = findSkillMd(entries);
  for (const entry of entries) checkText(entry, limits);
  const manifest = parseSkillMd(Buffer.from(skillMd.bytes).toString('utf8'), options);
  const nestedSkills = entries.map(({ path }) => path).filter((path) => path.endsWith(`/${SKILL_MD}`));
  return { entries, manifest: { ...manifest, nestedSkills }, fingerprint: fingerprint(entries) };
}

const startsWith = (bytes: Uint8Array, ...magic: number[]): boolean =>
  magic.every((byte, index) => bytes[index] === byte);

/**
 * Reads an archive, gzip-compressed tar or zip by its first bytes, wholly in memory. Rejects with a BundleProblem and
 * with nothing else, whatever the bytes; stops at the first budget that is exceeded.
 */
export async function readBundle(bytes: Uint8Array, options: BundleOptions = {}): Promise<Bundle> {
  const limits = options.limits ?? defaultLimits;
  if (bytes.length > limits.compressedBytes) {
    const detail = `The archive has ${bytes.length} bytes; at most ${limits.compressedBytes} are allowed.`;
    throw new BundleProblem('bundle-too-large', detail);
  }
  if (startsWith(bytes, 0x1f, 0x8b)) return assembleBundle(await readTarGz(bytes, limits), options);
  if (startsWith(bytes, 0x50, 0x4b)) return assembleBundle(await readZip(bytes, limits), options);
  throw new BundleProblem('bundle-format-unknown', 'The archive is neither gzip-compressed tar nor zip.');
}
