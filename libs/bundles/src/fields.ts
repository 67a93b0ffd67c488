import { z } from 'zod';
import type { Json } from './json';
import { hasHiddenCharacters } from './path';
import { BundleProblem, type BundleProblemCode } from './problem';
import { isSlug, isVersion, parseRequirement, type Requirement } from './requirement';

/**
 * How strictly a SKILL.md is read. `lenient` keeps unknown keys and allows a description of 1,536 characters;
 * `spec-strict` is the Agent Skills specification; `anthropic` also refuses angle brackets in the description.
 */
export type Profile = 'lenient' | 'spec-strict' | 'anthropic';

const NAME_MAX = 64;
const DESCRIPTION_MAX: Record<Profile, number> = { lenient: 1536, 'spec-strict': 1024, anthropic: 1024 };

const text = z.string({ error: 'must be text; put the value in quotes' });
const trimmed = text.transform((value) => value.trim());
const list = (value: unknown): unknown =>
  typeof value === 'string' ? value.split(',').filter((item) => item.trim() !== '') : value;
const unique = (values: string[]): string[] => [...new Set(values)];

const requirement = text.transform((value, context): Requirement => {
  const parsed = parseRequirement(value);
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: 'custom', message: 'must be a slug, or slug@range with a semver range' });
  return z.NEVER;
});

const fields = {
  // A bare date is text to this reader and a date to others; no skill is described by one.
  description: trimmed.refine((value) => !/^\d{4}-\d\d-\d\d$/.test(value), 'is only a date').nullish(),
  name: trimmed
    .refine((value) => value !== '' && value.length <= NAME_MAX, `must be 1 to ${NAME_MAX} characters`)
    .refine((value) => !hasHiddenCharacters(value), 'has a control or invisible character')
    .nullish(),
  when_to_use: trimmed.nullish(),
  tags: z.preprocess(
    list,
    z
      .array(trimmed.refine((tag) => tag !== '', 'must not be empty'))
      .transform(unique)
      .nullish(),
  ),
  requires: z
    .array(requirement, { error: 'must be a list' })
    .refine((all) => new Set(all.map(({ slug }) => slug)).size === all.length, 'names a skill twice')
    .nullish(),
  version: text.refine(isVersion, 'must be a semantic version such as 1.0.0').nullish(),
  license: text.nullish(),
};

const lenient = z.looseObject(fields);

/** Name and description are required; exactly the keys of the specification. */
const strict = z.strictObject({
  description: fields.description,
  name: text.refine(isSlug, 'must be 1 to 64 of a-z, 0-9 and single inner hyphens').nullish(),
  license: text.nullish(),
  compatibility: text.max(500).nullish(),
  metadata: z.record(z.string(), text).nullish(),
  'allowed-tools': text.nullish(),
});

const CODES: Record<string, BundleProblemCode> = {
  description: 'description-invalid',
  name: 'name-invalid',
  version: 'version-invalid',
  tags: 'tags-invalid',
  requires: 'requires-invalid',
};

function problemOf({ issues }: z.ZodError): BundleProblem {
  const issue = issues[0] ?? { code: 'custom', message: 'is invalid', path: [] };
  if (issue.code === 'unrecognized_keys') {
    const detail = `The specification has no key "${issue.keys.join('", "')}".`;
    return new BundleProblem('frontmatter-invalid', detail, `/${issue.keys[0] ?? ''}`);
  }
  const field = String(issue.path[0]);
  const code = CODES[field] ?? 'frontmatter-invalid';
  return new BundleProblem(code, `${field} ${issue.message}.`, `/${issue.path.join('/')}`);
}

/** Checks the known fields of a frontmatter by the rules of a profile; blank fields count as absent. */
export function readFields(frontmatter: Record<string, Json>, profile: Profile): z.infer<typeof lenient> {
  if (profile !== 'lenient') {
    const checked = strict.safeParse(frontmatter);
    if (!checked.success) throw problemOf(checked.error);
    if (checked.data.name == null) throw new BundleProblem('name-missing', 'The name is missing.', '/name');
  }
  const read = lenient.safeParse(frontmatter);
  if (!read.success) throw problemOf(read.error);
  return read.data;
}

/** Length and characters of a description, its own or a derived one, by the rules of a profile. */
export function checkDescription(description: string, profile: Profile): void {
  const most = DESCRIPTION_MAX[profile];
  const length = [...description].length;
  if (length > most) {
    const detail = `The description has ${length} characters; at most ${most} are allowed.`;
    throw new BundleProblem('description-too-long', detail, '/description');
  }
  if (profile === 'anthropic' && /[<>]/.test(description)) {
    throw new BundleProblem('description-invalid', 'The description has angle brackets.', '/description');
  }
}
