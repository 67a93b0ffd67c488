/** What a bundle may cost at most. All sizes in bytes. */
export interface BundleLimits {
  /** The archive as uploaded. */
  readonly compressedBytes: number;
  /** All files together, expanded. */
  readonly expandedBytes: number;
  /** Files; directories are limited to the same number. */
  readonly files: number;
  /** One text file, that is one in UTF-8 without NUL. */
  readonly textFileBytes: number;
  /** Segments of a path, the file name included. */
  readonly depth: number;
  /** A path in UTF-8. */
  readonly pathBytes: number;
  /** Expanded to compressed size of one zip entry, looked at past {@link ratioFloorBytes}. */
  readonly entryRatio: number;
  /** Expanded to compressed size of the whole archive, looked at past {@link ratioFloorBytes}. */
  readonly archiveRatio: number;
  /** Expansion below this size is never a bomb: short repetitive texts compress a hundredfold and more. */
  readonly ratioFloorBytes: number;
}

const KiB = 1024;
const MiB = 1024 * KiB;

/** The strictest of what the readers of skills accept: 512 files and 16 MiB are those of the MCP skills extension. */
export const defaultLimits: BundleLimits = {
  compressedBytes: 10 * MiB,
  expandedBytes: 16 * MiB,
  files: 512,
  textFileBytes: MiB,
  depth: 8,
  pathBytes: 240,
  entryRatio: 100,
  archiveRatio: 50,
  ratioFloorBytes: MiB,
};

/** The text between the two fences of a SKILL.md, in UTF-16 units. */
export const FRONTMATTER_MAX = 64 * KiB;
