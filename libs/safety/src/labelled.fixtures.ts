import { assembleBundle, type BundleEntry } from '@loam/bundles';
import type { SafetySample } from '@loam/testing';
import { scanBundle, type ScanResult } from './scan-bundle';

const entriesOf = (files: Readonly<Record<string, string>>): BundleEntry[] =>
  Object.entries(files).map(([path, text]) => ({ path, bytes: Buffer.from(text), executable: false }));

/** Scans the files of a bundle as publishing does. */
function scanFiles(files: Readonly<Record<string, string>>, previous?: readonly string[]): ScanResult {
  const { entries, manifest } = assembleBundle(entriesOf(files), { deriveDescription: true });
  return scanBundle({ entries, ...manifest }, previous);
}

/** Scans a labelled bundle, after its previous release where it has one. */
export function scanSample({ files, previous }: SafetySample): ScanResult {
  return scanFiles(files, previous === undefined ? undefined : scanFiles(previous).capabilities);
}
