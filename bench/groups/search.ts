import { startLoam } from '../loam';
import { listing, ours, PAGE, queries, rank, SharedLoam, sql } from '../search-cases';
import { slugOf, wordOf } from '../seeded-items';
import type { Comparison, Group, Setting } from '../scenario';
import { searchTarget, targets } from '../targets';

const PAGES = { of: 'loam, last page of the list', to: 'loam, first page of the list' };

// What a service would do with nothing but Postgres: a text index, and every match ranked.
const FULL_TEXT = `CREATE TABLE IF NOT EXISTS public.bench_texts AS
  SELECT v.slug, v.description, d.body, to_tsvector('simple', v.slug || ' ' || v.description || ' ' || d.body) AS words
  FROM registry.skill_versions v JOIN registry.search_documents d USING (tenant_id, kind, slug, version)`;
const RANKED = `SELECT slug, description FROM public.bench_texts, plainto_tsquery('simple', $1) query
  WHERE words @@ query ORDER BY ts_rank(words, query) DESC, slug LIMIT ${PAGE}`;

async function prepareSql(home: string): Promise<void> {
  const loam = await startLoam(home, { profile: false });
  await loam.admin.query(FULL_TEXT);
  await loam.admin.query('CREATE INDEX IF NOT EXISTS bench_words ON public.bench_texts USING gin (words)');
  await loam.admin.query('ANALYZE public.bench_texts');
  await loam.stop();
}

const prepare =
  (count: number, items: string, mostMs: number) =>
  async (setting: Setting): Promise<Comparison> => {
    const home = await setting.seeded.catalog(count);
    await prepareSql(home);
    const shared = new SharedLoam(home, setting.profile);
    const named = queries(count);
    const far = Math.floor(count / PAGE) - 20;
    const cases = [
      ...Object.entries(named).map(([name, query]) => ours(name, shared, query)),
      listing('loam, first page of the list', shared, 0),
      listing('loam, last page of the list', shared, far),
    ];
    const references = [
      sql('text index of Postgres, one of the ten commonest words', 'reference', shared, (chance) => ({
        ...{ text: RANKED, values: [wordOf(rank(chance, 1, 10))] },
      })),
      sql('OFFSET, last page of the list', 'reference', shared, () => ({
        text: `SELECT kind, slug, version FROM registry.skills ORDER BY kind, slug LIMIT ${PAGE} OFFSET $1`,
        values: [far * PAGE],
      })),
      sql('one row by its key', 'limit', shared, (chance) => ({
        text: 'SELECT * FROM registry.skill_versions WHERE kind = $1 AND slug = $2',
        values: ['skill', slugOf(Math.floor(chance() * count))],
      })),
    ];
    return {
      // The small run looks at the shape alone.
      cases: setting.size === 'ci' ? cases.slice(-2) : [...cases, ...references],
      ratios: [
        { ...targets.lastPage, ...PAGES },
        { ...targets.lastPageWork, ...PAGES },
      ],
      // Times are gated where the machine is known.
      bounds:
        setting.size === 'ci'
          ? []
          : Object.keys(named).map((name) => ({
              ...{ ...searchTarget(name, items, mostMs), of: `loam, ${name}` },
            })),
      close: () => shared.stop(),
    };
  };

export const search10k: Group = {
  ...{ name: 'search-10k', sizes: ['ci', 'full'], minutes: 3 },
  prepare: prepare(10_000, '10,000 items', 30),
};
export const search100k: Group = {
  ...{ name: 'search-100k', sizes: ['full'], minutes: 3.2 },
  prepare: prepare(100_000, '100,000 items', 30),
};
export const search1m: Group = {
  ...{ name: 'search-1m', sizes: ['full'], minutes: 4 },
  prepare: prepare(1_000_000, 'a million items', 100),
};
