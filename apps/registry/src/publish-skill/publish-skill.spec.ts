import {
  SkillArchived,
  SkillErased,
  SkillPublished,
  SkillScanned,
  SkillYanked,
} from '@loam/contracts/registry';
import type { Scan } from '@loam/contracts/registry';
import { specification } from '@loam/testing';
import { judgeName, publishSkill, type Publication } from './publish-skill.decider';

const digest = (character: string): string => character.repeat(64);

const publication = (over: Partial<Publication> = {}): Publication => ({
  kind: 'skill',
  slug: 'writing-changelogs',
  version: '1.0.0',
  name: null,
  description: 'Write a changelog.',
  descriptionDerived: false,
  whenToUse: null,
  tags: [],
  requires: [],
  sha256: digest('a'),
  bytes: 100,
  fingerprint: `sha256:${digest('b')}`,
  uploadSha256: digest('c'),
  files: 1,
  draftId: null,
  ...over,
});
const published = (over: Partial<Publication> = {}) => ({
  type: SkillPublished.name,
  data: publication(over),
});
const publish = (over: Partial<Publication> = {}, scan: Scan | null = null) => ({
  publication: publication(over),
  scan,
  existing: true,
});
const scan: Scan = {
  ...{ ruleSet: 'r', verdict: 'pass', blastRadius: 'low', findings: [], findingsTotal: 0, capabilities: [] },
};
const item = { kind: 'skill', slug: 'writing-changelogs' } as const;
const otherContent = { fingerprint: `sha256:${digest('d')}` };

describe('publishing a skill', () => {
  const given = specification(publishSkill).given;

  it('publishes the first version', () => {
    given().when(publish()).then(published());
  });
  it('publishes a further version, also a lower one', () => {
    given(published({ version: '2.0.0' }))
      .when(publish({ version: '1.5.0' }))
      .then(published({ version: '1.5.0' }));
  });
  it('changes nothing when the same version comes again with the same content', () => {
    given(published())
      .when(publish({ uploadSha256: digest('e') }))
      .thenNothingHappens();
  });
  it('PUB-07 refuses other content under a version that exists', () => {
    given(published())
      .when(publish(otherContent))
      .thenRefused('version-exists', /higher version/);
  });
  it('refuses a version of an item that is there, where a new item was meant', () => {
    const meantNew = { ...publish({ ...otherContent, version: '2.0.0' }), existing: false };
    given().when(publish()).then(published());
    given(published())
      .when(meantNew)
      .thenRefused('slug-taken', /existing/);
    given(published())
      .when({ ...publish(), existing: false })
      .thenNothingHappens();
  });
  it('PUB-04 refuses it for ever, also after the version was archived', () => {
    given(published(), {
      type: SkillArchived.name,
      data: { kind: 'skill', slug: 'writing-changelogs', versions: ['1.0.0'] },
    })
      .when(publish(otherContent))
      .thenRefused('version-exists');
  });
  it('PUB-04 refuses it for ever, with any content, after the version was yanked or erased', () => {
    const yanked = { type: SkillYanked.name, data: { ...item, version: '1.0.0', reason: 'broken' } };
    const erased = {
      type: SkillErased.name,
      data: { ...item, versions: [{ version: '1.0.0', sha256: digest('a') }], reason: 'a secret' },
    };
    for (const withdrawn of [yanked, erased])
      for (const content of [{}, otherContent])
        given(published(), withdrawn).when(publish(content)).thenRefused('version-gone');
  });
  it('tells at once what the safety gate found, if it could tell', () => {
    const scanned = {
      type: SkillScanned.name,
      data: { ...item, version: '1.0.0', sha256: digest('a'), ...scan, atPublication: true as const },
    };
    given()
      .when(publish({}, scan))
      .then(published({ judged: true }), scanned);
  });
  it('refuses a skill that requires itself', () => {
    given()
      .when(publish({ requires: [{ slug: 'writing-changelogs', range: '*' }] }))
      .thenRefused('requires-itself');
  });
});

describe('the name of a publication', () => {
  it.each(['', '-a', 'a--b', 'A', 'a_b', '../x', 'a'.repeat(65)])('refuses the slug %j', (slug) => {
    expect(judgeName(slug, '1.0.0')).toMatchObject({ rejected: 'slug-invalid' });
  });
  it.each(['99999999999999999999.0.0', '', '1', '1.0', 'v1.0.0', '01.0.0', 'latest'])(
    'refuses the version %j',
    (version) => {
      expect(judgeName('a', version)).toMatchObject({ rejected: 'version-invalid' });
    },
  );
  it('takes what the specification allows', () => {
    expect(judgeName('a1-b2', '1.0.0-rc.1+build.5')).toBeUndefined();
  });
});
