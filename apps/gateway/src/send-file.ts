import type { FastifyReply, FastifyRequest } from 'fastify';
import { isText } from '@loam/bundles';
import type { BundleFile } from '@loam/uploads';
import { sendBytes } from './send-bytes';

/** What a browser would run, or draw with scripts in it, if it took it for what it is. */
const ACTIVE = new Set(['text/html', 'text/javascript', 'image/svg+xml', 'application/xml']);

/** Nothing that a file holds may act in the name of this address, whatever a browser makes of it. */
const CONFINED = {
  'content-security-policy': "default-src 'none'; sandbox",
  'x-content-type-options': 'nosniff',
};

const dispositionOf = (path: string, inline: boolean): string => {
  const name = path.split('/').at(-1) ?? '';
  return `${inline ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeURIComponent(name).replaceAll("'", '%27')}`;
};

interface Sent extends BundleFile {
  readonly content: Buffer;
  readonly cacheControl: string | undefined;
}

/** Sends one file of a bundle, which a stranger may have written: as plain text or bytes, never as what it claims. */
export function sendFile(request: FastifyRequest, reply: FastifyReply, file: Sent): FastifyReply {
  const { path, sha256, mediaType, content, cacheControl } = file;
  const text = isText(content);
  return sendBytes(request, reply, {
    bytes: content,
    etag: `"${sha256}"`,
    type: text ? 'text/plain; charset=utf-8' : 'application/octet-stream',
    headers: {
      ...CONFINED,
      'content-disposition': dispositionOf(path, text && !ACTIVE.has(mediaType)),
      ...(cacheControl === undefined ? {} : { 'cache-control': cacheControl }),
    },
  });
}
