/**
 * Every way a bundle can be refused: the stable code and the one-line title that the API documentation shows.
 * A code never changes its meaning; new ones may be added.
 */
export const bundleProblems = {
  'bundle-format-unknown': 'The archive is neither gzip-compressed tar nor zip',
  'bundle-corrupt': 'The archive is damaged, or its parts contradict each other',
  'bundle-unsupported': 'The archive uses a feature that bundles may not use',
  'bundle-encrypted': 'The archive or one of its entries is encrypted',
  'bundle-link': 'An entry is a symbolic or hard link',
  'bundle-special-file': 'An entry is a device, pipe, socket or sparse file',
  'bundle-path-unsafe': 'The path of an entry is unsafe or not portable',
  'bundle-duplicate-name': 'Two entries have the same path',
  'bundle-name-collision': 'Two entries have paths that some file systems do not tell apart',
  'bundle-too-large': 'The bundle is larger than allowed, compressed or expanded',
  'bundle-file-too-large': 'A text file of the bundle is larger than allowed',
  'bundle-too-many-entries': 'The bundle holds more entries than allowed',
  'bundle-bomb': 'The archive expands far beyond its compressed size',
  'skill-md-missing': 'There is no SKILL.md at the root of the bundle',
  'skill-md-wrong-case': 'The file at the root is not spelled SKILL.md',
  'skill-md-ambiguous': 'Two files at the root could be SKILL.md',
  'skill-md-encoding': 'SKILL.md is not UTF-8 text',
  'frontmatter-missing': 'The text does not start with frontmatter',
  'frontmatter-unclosed': 'The frontmatter has no closing line',
  'frontmatter-too-large': 'The frontmatter is larger than allowed',
  'frontmatter-invalid': 'The frontmatter is not the plain YAML mapping that is expected',
  'description-missing': 'The description is missing or empty',
  'description-too-long': 'The description is longer than allowed',
  'description-invalid': 'The description is not text',
  'name-missing': 'The name is missing',
  'name-invalid': 'The name is not valid',
  'version-invalid': 'The version is not a semantic version',
  'tags-invalid': 'The tags are not a list of texts',
  'requires-invalid': 'The list of required skills is not valid',
} as const satisfies Record<string, string>;

/** The closed set of codes that a {@link BundleProblem} can carry. */
export type BundleProblemCode = keyof typeof bundleProblems;

/**
 * The one error that reading a bundle ends in. `code` is stable and for machines, `detail` is a sentence for the
 * person who made the bundle, `pointer` names the offending entry (its path, with invisible characters escaped) or
 * the offending frontmatter field (a JSON pointer such as `/requires/0`).
 */
export class BundleProblem extends Error {
  override readonly name = 'BundleProblem';

  constructor(
    readonly code: BundleProblemCode,
    readonly detail: string,
    readonly pointer?: string,
  ) {
    super(pointer === undefined ? detail : `${pointer}: ${detail}`);
  }

  /** The one-line title of the code, the same for every problem with that code. */
  get title(): string {
    return bundleProblems[this.code];
  }
}
