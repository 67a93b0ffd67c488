import { SkillArchived, SkillPublished } from '@loam/contracts/registry';
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
const otherContent = { fingerprint: `sha256:${digest('d')}` };

describe('publishing a skill', () => {
  const given = specification(publishSkill).given;

  it('publishes the first version', () => {
    given().when(publication()).then(published());
  });
  it('publishes a further version, also a lower one', () => {
    given(published({ version: '2.0.0' }))
      .when(publication({ version: '1.5.0' }))
      .then(published({ version: '1.5.0' }));
  });
  it('changes nothing when the same version comes again with the same content', () => {
    given(published())
      .when(publication({ uploadSha256: digest('e') }))
      .thenNothingHappens();
  });
  it('PUB-07 refuses other content under a version that exists', () => {
    given(published())
      .when(publication(otherContent))
      .thenRefused('version-exists', /higher version/);
  });
  it('PUB-04 refuses it for ever, also after the version was archived', () => {
    given(published(), {
      type: SkillArchived.name,
      data: { kind: 'skill', slug: 'writing-changelogs', versions: ['1.0.0'] },
    })
      .when(publication(otherContent))
      .thenRefused('version-exists');
  });
  it('refuses a skill that requires itself', () => {
    given()
      .when(publication({ requires: [{ slug: 'writing-changelogs', range: '*' }] }))
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
