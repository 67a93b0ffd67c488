import { isUtf8 } from 'node:buffer';

/** What bundles commonly hold; everything else is plain text or bytes, by its content. */
const byExtension = new Map(
  Object.entries({
    md: 'text/markdown',
    html: 'text/html',
    htm: 'text/html',
    css: 'text/css',
    csv: 'text/csv',
    js: 'text/javascript',
    mjs: 'text/javascript',
    json: 'application/json',
    xml: 'application/xml',
    yaml: 'application/yaml',
    yml: 'application/yaml',
    svg: 'image/svg+xml',
    png: 'image/png',
    jpg: 'image/jpeg',
    jpeg: 'image/jpeg',
    gif: 'image/gif',
    webp: 'image/webp',
    pdf: 'application/pdf',
  }),
);

/** Whether a file can be shown as text: UTF-8 without NUL. */
export const isText = (bytes: Uint8Array): boolean => !bytes.includes(0) && isUtf8(bytes);

/** What a file is, by its name and, where that says nothing, by its bytes. */
export function mediaTypeOf(path: string, bytes: Uint8Array): string {
  const extension = /\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase() ?? '';
  return byExtension.get(extension) ?? (isText(bytes) ? 'text/plain' : 'application/octet-stream');
}
