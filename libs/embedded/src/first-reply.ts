import { connect } from 'node:net';

/** Connects to a port of 127.0.0.1, sends `request` and resolves with the first line that comes back. */
export function firstReply(port: number, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    socket.setTimeout(1000, () => socket.destroy(new Error('no reply')));
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('closed')));
    socket.setEncoding('utf8').on('data', (chunk) => {
      text += String(chunk);
      if (!text.includes('\n')) return;
      resolve(text.slice(0, text.indexOf('\n')).trim());
      socket.destroy();
    });
  });
}
