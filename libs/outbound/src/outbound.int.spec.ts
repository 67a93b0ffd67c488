import { createServer, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { allowNothing, parseAllowList } from './allow-list';
import { Outbound } from './outbound';

const servers: Server[] = [];
async function serve(answer: RequestListener): Promise<number> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const address: AddressInfo | string | null = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

const accept = 'text/markdown';
const allow = parseAllowList('127.0.0.1');
const local = new Outbound({ allow });
const at = (port: number, path = '/'): string => `http://127.0.0.1:${port}${path}`;

describe('fetching what an operator allows', () => {
  it('gives the body, its type and its entity tag', async () => {
    const port = await serve((_, response) =>
      response.setHeader('etag', '"one"').setHeader('content-type', 'text/markdown').end('# Plan'),
    );
    expect(await local.fetch(at(port), { accept })).toEqual({
      ...{ outcome: 'fetched', bytes: Buffer.from('# Plan'), contentType: 'text/markdown', etag: '"one"' },
    });
  });
  it('sends an entity tag back, and says when nothing changed', async () => {
    const port = await serve((request, response) => {
      response.statusCode = request.headers['if-none-match'] === '"one"' ? 304 : 200;
      response.end();
    });
    expect(await local.fetch(at(port), { accept, etag: '"one"' })).toEqual({ outcome: 'unchanged' });
    expect(await local.fetch(at(port), { accept, etag: 'no\r\ntag' })).toMatchObject({ outcome: 'fetched' });
  });
  it('follows five redirects and no sixth', async () => {
    const port = await serve((request, response) => {
      const left = Number(request.url?.slice(1));
      if (left === 0) response.end('there');
      else response.writeHead(302, { location: `/${left - 1}` }).end();
    });
    expect(await local.fetch(at(port, '/5'), { accept })).toMatchObject({ outcome: 'fetched' });
    expect(await local.fetch(at(port, '/6'), { accept })).toMatchObject({
      reason: expect.stringContaining('redirects'),
    });
  });
  it('stops at the limit of size, announced or not', async () => {
    const small = new Outbound({ allow, maxBytes: 1000 });
    const announced = await serve((_, response) =>
      response.setHeader('content-length', 2000).end('x'.repeat(2000)),
    );
    let sent = 0;
    const endless = await serve((_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(1000))) sent += 1000;
      };
      response.on('drain', more);
      more();
    });
    for (const port of [announced, endless])
      expect(await small.fetch(at(port), { accept })).toMatchObject({
        reason: expect.stringContaining('1000 bytes'),
      });
    expect(sent).toBeLessThan(50_000_000);
  });
  it('stops when the time is over, at every stage', async () => {
    const hurried = new Outbound({ allow, timeoutMs: 200 });
    const silent = await serve(() => undefined);
    const trickling = await serve((_, response) => response.write('x'));
    const deaf = new Outbound({ allow, timeoutMs: 200, resolve: () => new Promise(() => undefined) });
    for (const port of [silent, trickling])
      expect(await hurried.fetch(at(port), { accept })).toEqual({
        outcome: 'failed',
        reason: 'It took too long.',
      });
    expect(await deaf.fetch('https://example.org', { accept })).toMatchObject({
      reason: 'It took too long.',
    });
  });
});

describe('sending', () => {
  const send = (url: string) => local.send(url, { 'x-signed': 'yes' }, '{"a":1}');

  it('posts the body with its headers, and gives what the answer begins with', async () => {
    const port = await serve((request, response) => {
      request.on('data', (body: Buffer) => {
        const seen = [request.method, request.headers['x-signed'], body.toString()].join(' ');
        response.writeHead(201).end(`${seen}${'x'.repeat(999)}`);
      });
    });
    const sent = await send(at(port));
    expect(sent).toMatchObject({ outcome: 'answered', status: 201 });
    expect(sent).toHaveProperty('beginning', `POST yes {"a":1}${'x'.repeat(256 - 16)}`);
  });
  it('takes a redirect for an answer', async () => {
    const port = await serve((_, response) => response.writeHead(302, { location: '/there' }).end());
    expect(await send(at(port))).toMatchObject({ outcome: 'answered', status: 302 });
  });
  it('gives up on who does not answer, and on addresses that lead inside', async () => {
    const hurried = new Outbound({ allow, timeoutMs: 200 });
    const port = await serve(() => undefined);
    expect(await hurried.send(at(port), {}, '')).toEqual({ outcome: 'failed', reason: 'It took too long.' });
    const inside = 'https://10.0.0.1/';
    const reason = '10.0.0.1 is not on the public internet.';
    expect(await local.send(inside, {}, '')).toEqual({ outcome: 'failed', reason });
    expect(await local.refusal(inside)).toBe(reason);
    expect(await local.refusal(at(port))).toBeNull();
  });
});

describe('S9: an address that leads inside', () => {
  const strict = new Outbound({ allow: allowNothing });
  it.each([
    ...[
      'https://127.0.0.1/',
      'https://localhost/',
      'https://[::1]/',
      'https://[::ffff:127.0.0.1]/',
      'https://0x7f.1/',
    ],
    ...[
      'https://169.254.169.254/latest/meta-data/',
      'https://2130706433/',
      'https://10.0.0.1/',
      'https://[fd00:ec2::254]/',
    ],
    ...[
      'http://8.8.8.8/',
      'file:///etc/passwd',
      'ftp://8.8.8.8/',
      'gopher://8.8.8.8/',
      'https://user:pass@8.8.8.8/',
      'plan.md',
    ],
  ])('is refused: %s', async (address) => {
    expect(await strict.fetch(address, { accept })).toMatchObject({
      outcome: 'failed',
      reason: expect.stringMatching(/public internet|Only https|no credentials|no address/),
    });
  });
  it('is refused when one of the addresses of a name is private', async () => {
    const resolve = async () => [
      { address: '93.184.216.34', family: 4 },
      { address: '10.0.0.1', family: 4 },
    ];
    const outbound = new Outbound({ allow: allowNothing, resolve });
    expect(await outbound.fetch('https://example.org/', { accept })).toMatchObject({
      reason: 'example.org is not on the public internet.',
    });
  });
  it('is refused where a redirect leads there', async () => {
    const port = await serve((_, response) =>
      response.writeHead(302, { location: 'https://10.0.0.1/' }).end(),
    );
    expect(await local.fetch(at(port), { accept })).toMatchObject({
      reason: '10.0.0.1 is not on the public internet.',
    });
  });
  it('is not reached by a name that resolves to something else a moment later', async () => {
    let asked = 0;
    const port = await serve((request, response) => response.end(request.headers.host));
    const resolve = async () => {
      asked += 1;
      return [{ address: asked === 1 ? '127.0.0.1' : '10.0.0.1', family: 4 }];
    };
    const outbound = new Outbound({ allow, resolve });
    const name = `rebinding.test:${port}`;
    expect(await outbound.fetch(`http://${name}/`, { accept })).toMatchObject({ bytes: Buffer.from(name) });
    expect(asked).toBe(1);
  });
});
