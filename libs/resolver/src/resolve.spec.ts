import { catalogOf, root } from './catalogs.fixtures';
import type { Clash, Plan, Resolution } from './model';
import { foresee } from './foresee';
import { resolve } from './resolve';

const planned = (resolution: Resolution): Plan => {
  if (resolution.outcome !== 'plan') throw new Error(JSON.stringify(resolution));
  return resolution.plan;
};
const namesOf = (resolution: Resolution): string[] =>
  planned(resolution).items.map(({ slug, version }) => `${slug}@${version}`);
const clashesOf = (resolution: Resolution): readonly Clash[] => {
  if (resolution.outcome !== 'conflict') throw new Error(JSON.stringify(resolution));
  return resolution.clashes;
};
const pathsOf = ({ sides }: Clash): string[] =>
  sides.map(({ path }) => path.map(({ slug, range }) => `${slug}@${range}`).join(' > '));

describe('a plan', () => {
  it('holds everything that the roots need, what is needed first, with reasons', () => {
    const catalog = catalogOf({
      app: { '1.0.0': ['web@^2', 'log'] },
      web: { '1.0.0': [], '2.0.0': ['log@^1'], '2.1.0': ['log@>=1.2'] },
      log: { '1.0.0': [], '1.2.0': [], '2.0.0': [] },
    });
    const plan = planned(resolve([root('app')], catalog));
    expect(plan.items.map(({ slug, version }) => `${slug}@${version}`)).toEqual([
      'log@2.0.0',
      'web@2.1.0',
      'app@1.0.0',
    ]);
    expect(plan.items[0]).toEqual({
      ...{ kind: 'skill', slug: 'log', version: '2.0.0', sha256: 'log-2.0.0', bytes: 1, requires: [] },
      reasons: [
        { by: { kind: 'skill', slug: 'app', version: '1.0.0' }, range: '*' },
        { by: { kind: 'skill', slug: 'web', version: '2.1.0' }, range: '>=1.2' },
      ],
    });
    expect(plan.items[2]?.reasons).toEqual([{ by: null, range: '*' }]);
  });

  it('has one version of each item, the highest that serves all', () => {
    const catalog = catalogOf({
      a: { '1.0.0': ['c@<3'] },
      b: { '1.0.0': ['c@>=1'] },
      c: { '1.0.0': [], '2.0.0': [], '3.0.0': [] },
    });
    expect(namesOf(resolve([root('b'), root('a')], catalog))).toEqual(['c@2.0.0', 'a@1.0.0', 'b@1.0.0']);
  });

  it('goes back to an older version where the newest needs what cannot be', () => {
    const catalog = catalogOf({
      a: { '1.0.0': [], '2.0.0': ['b@2'] },
      b: { '1.0.0': [], '2.0.0': ['missing-link@9'] },
      'missing-link': { '1.0.0': [] },
    });
    expect(namesOf(resolve([root('a'), root('b')], catalog))).toEqual(['a@1.0.0', 'b@1.0.0']);
  });

  it('takes prereleases where a range names one, and for `*` where there is nothing else', () => {
    const catalog = catalogOf({
      stable: { '1.0.0': [], '2.0.0-rc.1': [] },
      early: { '0.1.0-a': [], '0.1.0-b': [] },
    });
    expect(namesOf(resolve([root('stable'), root('early')], catalog))).toEqual([
      'early@0.1.0-b',
      'stable@1.0.0',
    ]);
    expect(namesOf(resolve([root('stable@>=2.0.0-0')], catalog))).toEqual(['stable@2.0.0-rc.1']);
    expect(resolve([root('stable@>=2')], catalog).outcome).toBe('conflict');
  });

  it('takes exactly the build that is named', () => {
    const catalog = catalogOf({ a: { '1.0.0+one': [], '1.0.0+two': [] } });
    expect(namesOf(resolve([root('a@1.0.0+one')], catalog))).toEqual(['a@1.0.0+one']);
    expect(namesOf(resolve([root('a@1.0.0')], catalog))).toEqual(['a@1.0.0+two']);
  });

  it('takes a withdrawn version only where a root names exactly that one', () => {
    const catalog = catalogOf({ a: { '1.0.0': [], '1.1.0!': [] }, b: { '1.0.0': ['a@1.1.0'] } });
    expect(namesOf(resolve([root('a@^1')], catalog))).toEqual(['a@1.0.0']);
    expect(namesOf(resolve([root('a@1.1.0')], catalog))).toEqual(['a@1.1.0']);
    expect(resolve([root('b')], catalog).outcome).toBe('conflict');
    expect(namesOf(resolve([root('b'), root('a@1.1.0')], catalog))).toEqual(['a@1.1.0', 'b@1.0.0']);
  });

  it('lets agents and commands require skills, also one of their own name', () => {
    const catalog = catalogOf({ 'agent/review': { '1.0.0': ['review@^2'] }, review: { '2.0.0': [] } });
    const { items, cycles } = planned(resolve([root('agent/review')], catalog));
    expect(items.map(({ kind }) => kind)).toEqual(['skill', 'agent']);
    expect(cycles).toEqual([]);
  });

  it('PUB-13 lists what is missing, with who asked, and refuses it only where that is asked for', () => {
    const catalog = catalogOf({ a: { '1.0.0': ['later@^1'] } });
    const roots = [root('a'), root('nowhere@2')];
    expect(planned(resolve(roots, catalog)).missing).toEqual([
      {
        ...{ kind: 'skill', slug: 'later' },
        reasons: [{ by: { kind: 'skill', slug: 'a', version: '1.0.0' }, range: '^1' }],
      },
      { kind: 'skill', slug: 'nowhere', reasons: [{ by: null, range: '2' }] },
    ]);
    const [clash] = clashesOf(resolve([root('a')], catalog, { missing: 'refuse' }));
    expect(clash).toMatchObject({ slug: 'later', versions: [], sides: [{ range: '^1' }] });
  });

  it('PUB-13 reports each cycle once, its smallest name first, and installs it all the same', () => {
    const catalog = catalogOf({
      c: { '1.0.0': ['a', 'd'] },
      a: { '1.0.0': ['b'] },
      b: { '1.0.0': ['c'] },
      d: { '1.0.0': ['c'] },
      'agent/x': { '1.0.0': ['c'] },
    });
    const { items, cycles } = planned(resolve([root('agent/x'), root('b')], catalog));
    expect(items.map(({ slug }) => slug)).toEqual(['a', 'b', 'c', 'd', 'x']);
    expect(cycles.map((cycle) => cycle.map(({ slug }) => slug).join())).toEqual(['a,b,c', 'c,d']);
  });
});

describe('PUB-13 a conflict', () => {
  it('names both sides, both ranges and how each comes from a root', () => {
    const catalog = catalogOf({
      app: { '1.0.0': ['web@^1'] },
      web: { '1.0.0': ['log@^1'] },
      tool: { '1.0.0': ['log@^2'] },
      log: { '1.0.0': [], '2.0.0': [] },
    });
    const resolution = resolve([root('tool'), root('app@1.x')], catalog);
    const [clash, ...others] = clashesOf(resolution);
    expect(others).toEqual([]);
    expect(clash).toMatchObject({ slug: 'log', versions: ['2.0.0', '1.0.0'] });
    expect(clash?.sides.map(({ by, range }) => [by?.slug, by?.versions, range])).toEqual([
      ['web', ['1.0.0'], '^1'],
      ['tool', ['1.0.0'], '^2'],
    ]);
    expect(clash === undefined ? [] : pathsOf(clash)).toEqual([
      'app@1.x > web@^1 > log@^1',
      'tool@* > log@^2',
    ]);
    expect(resolution).toMatchObject({ lasting: true });
  });

  it('may be between two roots', () => {
    const [clash] = clashesOf(
      resolve([root('a@1'), root('a@2')], catalogOf({ a: { '1.0.0': [], '2.0.0': [] } })),
    );
    expect(clash?.sides).toEqual([
      { range: '1', by: null, path: [root('a@1')] },
      { range: '2', by: null, path: [root('a@2')] },
    ]);
  });

  it('has one side where no version serves even that one, and may pass with a later version', () => {
    const catalog = catalogOf({ a: { '1.0.0': ['b@^2'] }, b: { '1.0.0': [] } });
    const resolution = resolve([root('a')], catalog);
    expect(clashesOf(resolution)).toMatchObject([
      { slug: 'b', sides: [{ range: '^2' }], versions: ['1.0.0'] },
    ]);
    expect(resolution).toMatchObject({ lasting: false });
  });

  it('is not lasting where the ranges meet in a version that is not there', () => {
    const catalog = catalogOf({
      ...{ a: { '1.0.0': ['c@<2'] }, b: { '1.0.0': ['c@>=1.5'] } },
      c: { '1.0.0': [], '2.0.0': [] },
    });
    expect(resolve([root('a'), root('b')], catalog)).toMatchObject({ outcome: 'conflict', lasting: false });
  });

  it('tells of every alternative that was tried', () => {
    const catalog = catalogOf({
      a: { '1.0.0': ['b@^1'], '2.0.0': ['b@^2'] },
      c: { '1.0.0': ['b@^3'] },
      b: { '1.0.0': [], '2.0.0': [], '3.0.0': [] },
    });
    const [clash] = clashesOf(resolve([root('a'), root('c')], catalog));
    expect(clash?.sides.map(({ by, range }) => `${by?.slug}@${by?.versions.join()} needs ${range}`)).toEqual([
      'a@1.0.0 needs ^1',
      'a@2.0.0 needs ^2',
      'c@1.0.0 needs ^3',
    ]);
  });

  it('of three ranges that only together leave nothing names all three', () => {
    const catalog = catalogOf({
      ...{ a: { '1.0.0': ['x@1 || 2'] }, b: { '1.0.0': ['x@2 || 3'] }, c: { '1.0.0': ['x@1 || 3'] } },
      x: { '1.0.0': [], '2.0.0': [], '3.0.0': [] },
    });
    const [clash] = clashesOf(resolve([root('a'), root('b'), root('c')], catalog));
    expect(clash?.sides.map(({ range }) => range)).toEqual(['1 || 2', '2 || 3', '1 || 3']);
  });
});

describe('what is foreseen', () => {
  const catalog = catalogOf({
    web: { '1.0.0': ['log@^1'] },
    log: { '1.0.0': [], '2.0.0': [] },
    app: { '1.0.0': ['web', 'log@^2'] },
    early: { '1.0.0': ['later@^2', 'log@^3', 'web@>=1.5 <2'] },
    pair: { '1.0.0': ['log@>=1.5', 'other'] },
    other: { '1.0.0': ['log@<2'] },
    split: { '1.0.0': ['later@^2', 'halves'] },
    halves: { '1.0.0': ['later@^1'] },
    masked: { '1.0.0': ['pair', 'app'] },
  });

  it('is a lasting conflict where ranges exclude each other, published or not', () => {
    expect(foresee([root('app')], catalog)).toMatchObject({
      ...{ outcome: 'conflict', lasting: true },
      clashes: [{ slug: 'log', versions: ['2.0.0', '1.0.0'] }],
    });
    expect(foresee([root('split')], catalog)).toMatchObject({
      ...{ outcome: 'conflict', lasting: true, clashes: [{ slug: 'later', versions: [] }] },
    });
  });

  it('is none where what is missing may be published', () => {
    expect(foresee([root('early')], catalog).outcome).toBe('plan');
  });

  it('is none where ranges meet in a version that is not there', () => {
    expect(resolve([root('pair')], catalog).outcome).toBe('conflict');
    expect(foresee([root('pair')], catalog).outcome).toBe('plan');
  });

  it('is also found behind one that may pass', () => {
    expect(foresee([root('masked')], catalog)).toMatchObject({ outcome: 'conflict', lasting: true });
  });
});
