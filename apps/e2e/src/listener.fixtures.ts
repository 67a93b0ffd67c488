import { liveUsage } from '@loam/contracts/http/usage';
import type { Caller } from './caller.fixtures';

/** Listens until it is stopped. */
export async function listen(caller: Caller, headers: Readonly<Record<string, string>> = {}) {
  const response = await caller.send(liveUsage, { headers });
  const heard = { text: '', ended: false };
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const reading = (async () => {
    for (;;) {
      const chunk = await reader?.read().catch(() => undefined);
      if (chunk === undefined || chunk.done) break;
      heard.text += chunk.value;
    }
    heard.ended = true;
  })();
  const events = () =>
    [...heard.text.matchAll(/^id: (.*)\nevent: (.*)\ndata: (.*)$/gm)].map(([, id = '', name, text = '']) => {
      const data: unknown = JSON.parse(text);
      return { id, name, data };
    });
  const stop = async () => {
    await reader?.cancel();
    await reading;
  };
  return { response, heard, events, stop };
}
