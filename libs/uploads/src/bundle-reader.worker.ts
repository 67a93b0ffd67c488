import { BundleProblem, readBundle, writeTarGz } from '@loam/bundles';
import type { Reading, ReadingRequest } from './checked';

/** Runs in a thread of its own with a limited heap: an archive that breaks the reader breaks this thread alone. */
export async function read({ bytes, deriveDescription }: ReadingRequest): Promise<Reading> {
  try {
    const { manifest, entries, fingerprint } = await readBundle(bytes, { deriveDescription });
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
      tarGz: await writeTarGz(entries),
    };
  } catch (error) {
    if (!(error instanceof BundleProblem)) throw error;
    const { code, detail, pointer } = error;
    return { ok: false, code, detail, ...(pointer === undefined ? {} : { pointer }) };
  }
}
