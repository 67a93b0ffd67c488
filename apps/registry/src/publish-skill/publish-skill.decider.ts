import { fact, type EventData } from '@loam/contracts/define';
import { SkillPublished, SkillScanned, type Scan } from '@loam/contracts/registry';
import { slugSchema, versionSchema } from '@loam/contracts/skill';
import { accept, reject, type Decider, type Rejection } from '@loam/kernel';
import { evolveSkill, noSkill, type SkillEvent, type SkillState } from '../skill.stream';

export type Publication = EventData<typeof SkillPublished>;
type Code = 'skill-renamed' | 'slug-taken' | 'version-exists' | 'version-gone' | 'requires-itself';

interface Publish {
  readonly publication: Publication;
  /** What the safety gate found, or null where it could not tell yet: then the version is pending. */
  readonly scan: Scan | null;
  /** Whether it may be a version of an item that is there. */
  readonly existing: boolean;
}

/** Why a name cannot be published, before a byte of the bundle is looked at. */
export function judgeName(
  slug: string,
  version: string,
): Rejection<'slug-invalid' | 'version-invalid'> | undefined {
  if (!slugSchema.safeParse(slug).success)
    return reject('slug-invalid', 'A slug is 1 to 64 of a-z, 0-9 and single inner hyphens.', '/slug');
  if (!versionSchema.safeParse(version).success)
    return reject('version-invalid', 'A version is a semantic version such as 1.2.0.', '/version');
  return undefined;
}

export const publishSkill: Decider<Publish, SkillState, SkillEvent, Code> = {
  initial: noSkill,
  evolve: evolveSkill,
  decide: ({ publication, scan, existing }, { versions, renamedTo }) => {
    const { slug, version, fingerprint, requires, kind, sha256 } = publication;
    if (renamedTo !== null)
      return reject(
        'skill-renamed',
        `${slug} is called ${renamedTo} now. Publish it under that name.`,
        '/slug',
      );
    const known = versions.get(version);
    if (known?.erased === true || known?.yanked === true)
      return reject(
        'version-gone',
        `${slug} ${version} was ${known.erased ? 'erased' : 'yanked'}, and its number is never used again. Publish a higher version.`,
        '/version',
      );
    if (known?.fingerprint === fingerprint) return accept();
    if (!existing && versions.size > 0)
      return reject(
        'slug-taken',
        `There is another ${kind} ${slug}. Choose another name, or say that this is to be a version of it (existing).`,
        '/slug',
      );
    if (known !== undefined)
      return reject(
        'version-exists',
        `${slug} ${version} is published with other content, and a version never changes. Publish a higher version.`,
        '/version',
      );
    // What is required is always a skill: an agent may require the skill of its own name.
    if (kind === 'skill' && requires.some((requirement) => requirement.slug === slug))
      return reject('requires-itself', `${slug} lists itself under requires.`, '/requires');
    return accept<SkillEvent>(
      ...(scan === null
        ? [fact(SkillPublished, publication)]
        : [
            fact(SkillPublished, { ...publication, judged: true }),
            fact(SkillScanned, { kind, slug, version, sha256, ...scan, atPublication: true }),
          ]),
    );
  },
};
