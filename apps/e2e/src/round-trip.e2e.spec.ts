import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { assembleBundle, readBundle, writeTarGz, type BundleEntry } from '@loam/bundles';
import * as reading from '@loam/contracts/http/reading';
import * as registry from '@loam/contracts/http/registry';
import type { Kind } from '@loam/contracts/skill';
import { corpusFolder } from '@loam/testing';
import { newTenant, problemOf, type Caller } from './caller.fixtures';
import { thisRun } from './this-run.fixtures';

jest.setTimeout(600_000);

const AT_ONCE = 4;
const folder = corpusFolder() ?? resolve(__dirname, '../../../samples');
const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((item) => item.isFile())
  .map((item) => relative(folder, join(item.parentPath, item.name)))
  .sort();
const entry = (path: string, file: string): BundleEntry => ({
  path,
  bytes: readFileSync(join(folder, file)),
  executable: path.endsWith('.sh'),
});

interface Item {
  readonly from: string;
  readonly kind: Kind;
  readonly entries: readonly BundleEntry[];
}

const items: Item[] = files.flatMap((file): Item[] => {
  if (/(^|\/)agents\/[^/]+\.md$/.test(file))
    return [{ from: file, kind: 'agent', entries: [entry('SKILL.md', file)] }];
  if (/(^|\/)commands\/[^/]+\.md$/.test(file))
    return [{ from: file, kind: 'command', entries: [entry('SKILL.md', file)] }];
  if (!file.endsWith('/SKILL.md')) return [];
  const root = `${dirname(file)}/`;
  const members = files.filter((member) => member.startsWith(root));
  return [
    { from: file, kind: 'skill', entries: members.map((member) => entry(member.slice(root.length), member)) },
  ];
});

let admin: Caller;
beforeAll(async () => {
  ({ admin } = await newTenant(thisRun.operator));
});

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function bytesOf(response: Response): Promise<Buffer> {
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

/** Publishes the item and compares what comes back with what it was; says whether the safety gate holds it. */
async function roundTrip({ kind, entries }: Item, index: number): Promise<'same' | 'held'> {
  const given = { params: { slug: `item-${index}` }, query: { kind } };
  const { fingerprint } = assembleBundle(entries, { deriveDescription: true });
  const body = { slug: `item-${index}`, version: '1.0.0', kind };
  const { verdict } = await admin.call(registry.publishSkill, { body, bundle: await writeTarGz(entries) });
  if (verdict === 'blocked' || verdict === 'pending') {
    expect(await problemOf(await admin.send(reading.downloadZip, given))).toMatchObject({
      code: 'version-held',
    });
    return 'held';
  }
  const tarGz = await bytesOf(
    await admin.send(registry.downloadBundle, { ...given, query: { kind, bytes: 'true' } }),
  );
  const zip = await bytesOf(await admin.send(reading.downloadZip, given));
  const byDigest = await bytesOf(
    await admin.send(reading.readBundle, { params: { sha256: sha256Of(tarGz) } }),
  );
  expect(byDigest).toEqual(tarGz);
  for (const archive of [tarGz, zip])
    expect((await readBundle(archive, { deriveDescription: true })).fingerprint).toBe(fingerprint);
  const listed = await admin.call(reading.listFiles, given);
  const sent = entries.map(({ path, bytes, executable }) => ({ path, sha256: sha256Of(bytes), executable }));
  const came = listed.map(({ path, sha256, executable }) => ({ path, sha256, executable }));
  const byPath = (a: { path: string }, b: { path: string }) =>
    Buffer.compare(Buffer.from(a.path), Buffer.from(b.path));
  expect(came).toEqual(sent.sort(byPath));
  return 'same';
}

it(`BND-14, PUB-14: all ${items.length} items of ${relative(process.cwd(), folder)} come back as they were published, in every form`, async () => {
  expect(items.length).toBeGreaterThan(0);
  const outcomes = new Map<string, string>();
  const waiting = [...items.entries()];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      outcomes.set(next[1].from, await roundTrip(next[1], next[0]));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const held = [...outcomes].filter(([, outcome]) => outcome === 'held').map(([from]) => from);
  expect(outcomes.size).toBe(items.length);
  expect({ held, few: held.length <= items.length / 50 }).toMatchObject({ few: true });
});
