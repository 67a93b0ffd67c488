import { removeLoam } from '../loam';
import { makePayloads } from '../payloads';
import { nginxPeer, prepareLoam, prepareVerdaccio, scenarioOf, tarball, type Peer } from '../registry-peers';
import type { Comparison, Group, Setting } from '../scenario';
import { targets } from '../targets';

const PACKAGES = 500;
/** About as long as what loam tells of an item. */
const METADATA = Buffer.from(JSON.stringify({ description: 'x'.repeat(1000) }));

async function prepareDownload(setting: Setting): Promise<Comparison> {
  const payloads = await makePayloads('download', PACKAGES);
  const [loam, verdaccio] = [await prepareLoam(setting, payloads), await prepareVerdaccio(setting, payloads)];
  const nginx = await nginxPeer(setting, payloads, ({ bytes }) => bytes);
  const peers: Peer[] = [
    {
      ...{ name: 'loam', role: 'ours', start: loam.start },
      place: ({ slug }) => ({ path: `/v1/skills/${slug}/bundle.tar.gz?bytes=true` }),
    },
    { name: 'verdaccio', role: 'reference', start: verdaccio, place: tarball },
    { ...nginx, place: ({ slug, sha256 }) => ({ path: `/${slug}`, sha256 }) },
  ];
  return {
    cases: peers.map(scenarioOf(payloads)),
    ratios: [
      { ...targets.download, of: 'loam', to: 'verdaccio' },
      { ...targets.downloadCpu, of: 'loam', to: 'nginx' },
    ],
    close: () => removeLoam(loam.home).then(() => undefined),
  };
}

async function prepareMetadata(setting: Setting): Promise<Comparison> {
  const payloads = await makePayloads('metadata', PACKAGES);
  const [loam, verdaccio] = [await prepareLoam(setting, payloads), await prepareVerdaccio(setting, payloads)];
  const peers: Peer[] = [
    {
      ...{ name: 'loam', role: 'ours', start: loam.start },
      place: ({ slug }) => ({ path: `/v1/skills/${slug}` }),
    },
    { name: 'verdaccio', role: 'reference', start: verdaccio, place: ({ slug }) => ({ path: `/${slug}` }) },
    await nginxPeer(setting, payloads, () => METADATA),
  ];
  return {
    cases: peers.map(scenarioOf(payloads)),
    ratios: [{ ...targets.metadata, of: 'loam', to: 'verdaccio' }],
    close: () => removeLoam(loam.home).then(() => undefined),
  };
}

export const registryDownload: Group = {
  ...{ name: 'registry-download', sizes: ['full'], minutes: 1.8 },
  prepare: prepareDownload,
};
export const registryMetadata: Group = {
  ...{ name: 'registry-metadata', sizes: ['full'], minutes: 1.8 },
  prepare: prepareMetadata,
};
