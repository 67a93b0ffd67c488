import { eventually } from '@loam/testing';
import { LiveStream } from './live-stream';

const timing = { tickMs: 5, heartbeatMs: 40, slowMs: 60 };

/** A log of numbers, and a stream of what it tells. */
function listening({ after = null, text = 'x' }: { after?: string | null; text?: string } = {}) {
  const state: { log: string[]; asked: number; may: boolean | Error; heard: string } = {
    ...{ log: ['1_1'], asked: 0, may: true, heard: '' },
  };
  const stream = new LiveStream({
    ...{ after, timing },
    ask: async (place) => {
      state.asked += 1;
      if (place === null) return { news: [], next: state.log.at(-1) ?? '', more: false };
      const later = state.log.slice(state.log.indexOf(place) + 1, state.log.indexOf(place) + 3);
      const at = '2026-01-01T00:00:00.000Z';
      return {
        news: later.map((position) => ({ position, type: 'skill-stats', at, data: { text } })),
        next: later.at(-1) ?? place,
        more: state.log.at(-1) !== (later.at(-1) ?? place),
      };
    },
    mayHear: async () => {
      if (state.may instanceof Error) throw state.may;
      return state.may;
    },
  });
  const tell = (...places: string[]): void => {
    state.log.push(...places);
    stream.wake();
  };
  const read = (): void => {
    stream.body.on('data', (chunk: Buffer) => (state.heard += String(chunk)));
  };
  const ids = () => [...state.heard.matchAll(/^id: (.*)$/gm)].map(([, id]) => id);
  return { state, stream, tell, read, ids };
}

describe('a live stream', () => {
  it('says where it begins, and then tells all that comes, page by page and in order', async () => {
    const { stream, tell, read, ids } = listening();
    read();
    await eventually(async () => {
      expect(ids()).toEqual(['1_1']);
    });
    tell('1_2', '1_3', '1_4', '1_5', '1_6');
    await eventually(async () => {
      expect(ids()).toEqual(['1_1', '1_2', '1_3', '1_4', '1_5', '1_6']);
    });
    stream.end();
  });

  it('goes on where the client was', async () => {
    const { stream, tell, read, ids } = listening({ after: '1_1' });
    tell('1_2');
    read();
    await eventually(async () => {
      expect(ids()).toEqual(['1_2']);
    });
    stream.end();
  });

  it('is heard of while nothing happens', async () => {
    const { state, stream, read } = listening();
    read();
    await eventually(async () => {
      expect(state.heard).toContain('\n\n:\n\n');
    });
    stream.end();
  });

  it('ends for whoever may not hear it any more, before anything else is told', async () => {
    const { state, stream, tell, read, ids } = listening();
    read();
    await eventually(async () => {
      expect(ids()).toEqual(['1_1']);
    });
    state.may = false;
    tell('1_2');
    await eventually(async () => {
      expect(stream.body.readableEnded).toBe(true);
    });
    expect(ids()).toEqual(['1_1']);
  });

  it('waits while nobody can tell whether the client may hear it', async () => {
    const { state, stream, tell, read, ids } = listening();
    read();
    await eventually(async () => {
      expect(ids()).toEqual(['1_1']);
    });
    state.may = new Error('the database is away');
    tell('1_2');
    const { asked } = state;
    await eventually(async () => {
      expect(stream.body.destroyed).toBe(false);
      expect(state.asked).toBe(asked);
    });
    state.may = true;
    await eventually(async () => {
      expect(ids()).toEqual(['1_1', '1_2']);
    });
    stream.end();
  });

  it('drops a client that does not read, which never holds more than one answer', async () => {
    const { state, stream, tell } = listening({ after: '1_1', text: 'x'.repeat(1000) });
    const places = Array.from({ length: 100 }, (_, index) => `2_${String(index)}`);
    tell(...places);
    await eventually(async () => {
      expect(stream.body.destroyed).toBe(true);
    });
    expect(state.asked).toBe(1);
  });
});
