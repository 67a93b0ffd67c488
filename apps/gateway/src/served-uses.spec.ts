import type { Signal } from '@loam/contracts/telemetry';
import { eventually } from '@loam/testing';
import type { ServedUse } from './served-use';
import { ServedUses } from './served-uses';

const download: ServedUse = { kind: 'skill', slug: 'a', version: '1.0.0', event: 'download' };

/** Stands where the recorder is. */
const open = () => {
  const recorded: Signal[] = [];
  const uses = new ServedUses({
    recordLater: async (use) => {
      recorded.push(use);
    },
  });
  return { uses, recorded };
};

describe('uses that the gateway served', () => {
  it('of the same by one tenant are counted together, and by nobody else', async () => {
    const { uses, recorded } = open();
    for (let time = 0; time < 1000; time += 1) uses.count('one', download);
    uses.count('other', download);
    uses.count('one', { ...download, event: 'view' });
    uses.count('one', { ...download, version: '2.0.0' });
    await eventually(() => {
      expect(recorded.map(({ tenant, type, version, times }) => [tenant, type, version, times])).toEqual([
        ['one', 'download', '1.0.0', 1000],
        ['other', 'download', '1.0.0', 1],
        ['one', 'view', '1.0.0', 1],
        ['one', 'download', '2.0.0', 1],
      ]);
    });
    expect(new Set(recorded.map(({ id }) => id)).size).toBe(4);
  });

  it('are handed on before the gateway ends', async () => {
    const { uses, recorded } = open();
    uses.count('one', download);
    await uses.onModuleDestroy();
    expect(recorded).toMatchObject([{ tenant: 'one', times: 1 }]);
  });
});
