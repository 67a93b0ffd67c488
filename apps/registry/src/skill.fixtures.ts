import { SkillPublished, SkillScanned } from '@loam/contracts/registry';
import type { Item } from '@loam/contracts/skill';
import type { SkillEvent } from './skill.stream';

/** An item of which nothing matters but its versions. */
export const skill: Item = { kind: 'skill', slug: 'a' };

export const published = (version: string): SkillEvent => ({
  type: SkillPublished.name,
  data: {
    ...{
      ...skill,
      version,
      name: null,
      description: 'd',
      descriptionDerived: false,
      whenToUse: null,
      tags: [],
    },
    ...{
      requires: [],
      sha256: version,
      bytes: 1,
      fingerprint: '',
      uploadSha256: '',
      files: 1,
      draftId: null,
    },
  },
});

/** What a scan said of a version; without one it is pending. */
export const scanned = (version: string, verdict: 'pass' | 'blocked' = 'pass'): SkillEvent => ({
  type: SkillScanned.name,
  data: {
    ...{ ...skill, version, sha256: version, ruleSet: 'r', verdict, blastRadius: 'low' },
    ...{ findings: [], findingsTotal: 0, capabilities: [] },
  },
});
