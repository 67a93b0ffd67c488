import { deriveDescription } from './derive-description';
import { checkDescription, type Profile, readFields } from './fields';
import { parseFrontmatter, splitFrontmatter } from './frontmatter';
import type { Json } from './json';
import { BundleProblem } from './problem';
import type { Requirement } from './requirement';

/** How to read a SKILL.md. */
export interface ManifestOptions {
  /** Default `lenient`. */
  readonly profile?: Profile | undefined;
  /** Take a missing description, or missing frontmatter, from the first heading and sentence. Default false. */
  readonly deriveDescription?: boolean | undefined;
}

/** What a SKILL.md says. */
export interface SkillManifest {
  /** Every key of the frontmatter as written, known or not. */
  readonly frontmatter: Record<string, Json>;
  readonly name?: string | undefined;
  readonly description: string;
  /** True where the description was derived from the text. */
  readonly descriptionDerived?: boolean | undefined;
  readonly whenToUse?: string | undefined;
  readonly tags: string[];
  readonly requires: Requirement[];
  readonly version?: string | undefined;
  /** The text behind the frontmatter, with LF line ends. */
  readonly body: string;
  /** The line of the file, counted from 1, on which `body` begins. */
  readonly bodyLine: number;
  /** Paths of further SKILL.md files below the root; empty when a text is read alone. */
  readonly nestedSkills: string[];
}

const DERIVED_MAX = 1024;

interface Description {
  readonly description: string;
  readonly descriptionDerived?: true;
}

function describe(written: string | null | undefined, body: string, derive: boolean): Description {
  if (written) return { description: written };
  const derived = derive ? deriveDescription(body, DERIVED_MAX) : undefined;
  if (derived !== undefined) return { description: derived, descriptionDerived: true };
  throw new BundleProblem('description-missing', 'The description is missing or empty.', '/description');
}

/**
 * Reads the text of a SKILL.md, an agent or a command. Throws a BundleProblem that names the line or the field.
 */
export function parseSkillMd(source: string, options: ManifestOptions = {}): SkillManifest {
  const { profile = 'lenient', deriveDescription: derive = false } = options;
  const { yaml, body, bodyLine } = splitFrontmatter(source);
  if (yaml === undefined && !derive) {
    throw new BundleProblem('frontmatter-missing', 'The first line is not three dashes.');
  }
  const frontmatter = yaml === undefined ? {} : parseFrontmatter(yaml, profile === 'lenient');
  const fields = readFields(frontmatter, profile);
  const described = describe(fields.description, body, derive);
  checkDescription(described.description, profile);
  return {
    frontmatter,
    ...described,
    name: fields.name ?? undefined,
    // An empty text says as little as none.
    whenToUse: fields.when_to_use || undefined,
    tags: fields.tags ?? [],
    requires: fields.requires ?? [],
    version: fields.version ?? undefined,
    body,
    bodyLine,
    nestedSkills: [],
  };
}
