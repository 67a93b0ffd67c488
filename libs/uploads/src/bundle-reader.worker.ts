import {
  type Bundle,
  BundleProblem,
  openNested,
  parseSkillMd,
  readBundle,
  rewriteBundle,
  writeTarGz,
} from '@loam/bundles';
import { ruleSet, scanBundle } from '@loam/safety';
import { searchedBody } from './searched-body';
import type { Metadata, Reading, ReadingRequest } from './checked';

type Read = Extract<Reading, { ok: true }>;

const MOST_FINDINGS = 100;
const MOST_CAPABILITIES = 100;

/** Names the rules of the safety gate. */
export const rules = (): string => ruleSet;

/** What SKILL.md says itself is left out: it is scanned where it stands, whether it was said twice or not. */
function besides({ manifest }: Bundle, { whenToUse, tags, changes }: Metadata): Record<string, string> {
  const fields = {
    when_to_use: whenToUse === manifest.whenToUse ? null : whenToUse,
    tags: tags.filter((tag) => !manifest.tags.includes(tag)).join('\n'),
    changes,
  };
  return Object.fromEntries(
    Object.entries(fields).flatMap(([field, text]) => (text === null || text === '' ? [] : [[field, text]])),
  );
}

/** A scanner that fails says nothing of the bundle, which was read: the version waits for another scan. */
async function judged(
  bundle: Bundle,
  asked: ReadingRequest['scan'],
): Promise<Pick<Read, 'scan' | 'scanFault'>> {
  if (asked === undefined) return { scan: null, scanFault: null };
  try {
    const { entries, manifest } = bundle;
    const metadata = asked.metadata === null ? {} : besides(bundle, asked.metadata);
    const inside = await openNested(entries);
    const scan = scanBundle({ entries, inside, ...manifest, metadata }, asked.previous ?? undefined);
    const { findings, capabilities } = scan;
    return {
      scan: {
        ...scan,
        findings: findings.slice(0, MOST_FINDINGS),
        findingsTotal: findings.length,
        capabilities: capabilities.slice(0, MOST_CAPABILITIES),
      },
      scanFault: null,
    };
  } catch (error) {
    return { scan: null, scanFault: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

const problemOf = ({ code, detail, pointer }: BundleProblem) => ({
  ...{ code, detail },
  ...(pointer === undefined ? {} : { pointer }),
});

function issuesOf({ entries }: Bundle, { profile, deriveDescription }: ReadingRequest): Read['issues'] {
  if (profile === undefined || profile === 'lenient') return [];
  const skillMd = entries.find(({ path }) => path === 'SKILL.md');
  try {
    parseSkillMd(Buffer.from(skillMd?.bytes ?? []).toString('utf8'), { profile, deriveDescription });
    return [];
  } catch (error) {
    if (!(error instanceof BundleProblem)) throw error;
    return [problemOf(error)];
  }
}

async function bundleOf({ bytes, deriveDescription, rewrite }: ReadingRequest): Promise<Bundle> {
  const bundle = await readBundle(bytes, { deriveDescription });
  return rewrite === undefined ? bundle : rewriteBundle(bundle, rewrite, { deriveDescription });
}

/** Runs in a thread of its own with a limited heap: an archive that breaks the reader breaks this thread alone. */
export async function read(request: ReadingRequest): Promise<Reading> {
  try {
    const bundle = await bundleOf(request);
    const { manifest, entries, fingerprint } = bundle;
    // The CLI writes a description into what had none, and says so.
    const derived =
      manifest.descriptionDerived === true || manifest.frontmatter['description_derived'] === true;
    return {
      ok: true,
      name: manifest.name ?? null,
      description: manifest.description,
      descriptionDerived: derived,
      whenToUse: manifest.whenToUse ?? null,
      tags: manifest.tags,
      requires: manifest.requires.map(({ slug, range }) => ({ slug, range })),
      fingerprint,
      files: entries.length,
      body: searchedBody(manifest.body),
      tarGz: await writeTarGz(entries),
      ...(await judged(bundle, request.scan)),
      issues: issuesOf(bundle, request),
    };
  } catch (error) {
    if (!(error instanceof BundleProblem)) throw error;
    return { ok: false, ...problemOf(error) };
  }
}
