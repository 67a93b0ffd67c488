import type { MultipartValue } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { BlobStore } from '@loam/blobs';
import { crashPoint } from '@loam/kernel';
import { Refused } from '@loam/messaging';
import { stagingKey } from '@loam/uploads';
import { parsePart } from './route';

/** A bundle as large as the reader takes at most; more is refused while it streams. */
const BUNDLE_BYTES = 10 * 1024 * 1024;
/** It is read once, at once: nothing is lost with it that was acknowledged. */
const STAGED = { maxBytes: BUNDLE_BYTES, durable: false };
const METADATA_BYTES = 64 * 1024;
/** A file is cut off in silence at its limit, so that one lies beyond what the object store is told to refuse. */
const LIMITS = { fields: 8, files: 1, fieldSize: METADATA_BYTES, fileSize: BUNDLE_BYTES + 1 };

/** An upload at rest under its staging key, and what was said about it. */
export interface StagedUpload<Metadata> {
  readonly metadata: Metadata;
  readonly stagingKey: string;
  readonly uploadSha256: string;
}

const malformed = (detail: string): Refused => new Refused({ code: 'request-malformed', detail });

/** The form's parser throws plain errors, which only their texts tell from a fault of ours. */
const isBrokenForm = (error: unknown): error is Error =>
  error instanceof Error && /^Multipart: |unexpected end of multipart data/i.test(error.message);

function wholeValueOf({ value, valueTruncated }: MultipartValue): unknown {
  if (valueTruncated)
    throw new Refused({ code: 'body-too-large', detail: 'The part `metadata` is larger than 64 KiB.' });
  return value;
}

/** The plugin has parsed the part already where its content type says JSON. */
function parseMetadata<S extends z.ZodType>(schema: S, part: unknown): z.output<S> {
  if (part === undefined) throw malformed('The part `metadata` is missing.');
  if (typeof part !== 'string') return parsePart(schema, part);
  let value: unknown;
  try {
    value = JSON.parse(part);
  } catch {
    throw malformed('The part `metadata` is not JSON.');
  }
  return parsePart(schema, value);
}

/**
 * Takes the two parts of an upload, in either order: `metadata`, JSON text, and `bundle`, which streams to its staging
 * key without being held in memory. When this rejects nothing is staged.
 */
export async function stageUpload<S extends z.ZodType>(
  request: FastifyRequest,
  schema: S,
  { blobs, tenant }: { readonly blobs: BlobStore; readonly tenant: string },
): Promise<StagedUpload<z.output<S>>> {
  const key = stagingKey(tenant);
  let uploadSha256: string | undefined;
  let described: unknown;
  try {
    for await (const part of request.parts({ limits: LIMITS }))
      if (part.type === 'file') {
        if (part.fieldname !== 'bundle') throw malformed(`There is no file part \`${part.fieldname}\` here.`);
        uploadSha256 = (await blobs.put(key, part.file, STAGED)).sha256;
      } else if (part.fieldname === 'metadata') described = wholeValueOf(part);
    if (uploadSha256 === undefined) throw malformed('The file part `bundle` is missing.');
    const metadata = parseMetadata(schema, described);
    crashPoint('upload.staged');
    return { metadata, stagingKey: key, uploadSha256 };
  } catch (error) {
    if (uploadSha256 !== undefined) await blobs.delete(key, { durable: false });
    if (isBrokenForm(error)) throw malformed(`The form could not be read: ${error.message}.`);
    throw error;
  }
}
