/** One regular file of a bundle. */
export interface BundleEntry {
  /** Relative, separated by `/`, in NFC, without `.` and `..` segments. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Whether any execute permission is set. */
  readonly executable: boolean;
}

/** Sorts by the UTF-8 bytes of the path, the order of fingerprints and archives in every language. */
export function sortEntries(entries: readonly BundleEntry[]): BundleEntry[] {
  return entries
    .map((entry) => ({ entry, key: Buffer.from(entry.path) }))
    .sort((a, b) => Buffer.compare(a.key, b.key))
    .map(({ entry }) => entry);
}

/** A bare Markdown file (an agent, a command) as a bundle: the file, unchanged, is its SKILL.md. */
export function wrapMarkdown(text: string): BundleEntry[] {
  return [{ path: 'SKILL.md', bytes: Buffer.from(text), executable: false }];
}
