/** Of what Claude Code writes to a hook, in bytes; more is not kept. */
const MOST_PAYLOAD = 1024 * 1024;

/**
 * What stands on standard input, undefined where that is too much. As a stream: a read of the file itself could not be
 * left alone by a process that has waited long enough.
 */
export function readPayload(then: (text: string | undefined) => void): void {
  const chunks: Buffer[] = [];
  let length = 0;
  process.stdin.on('data', (chunk: Buffer) => {
    length += chunk.length;
    // The rest is taken all the same, or whoever writes it would meet a broken pipe.
    if (length <= MOST_PAYLOAD) chunks.push(chunk);
  });
  process.stdin.on('end', () => {
    then(length > MOST_PAYLOAD ? undefined : Buffer.concat(chunks).toString('utf8'));
  });
}
