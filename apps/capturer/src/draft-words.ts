import { reject, type Rejection } from '@loam/kernel';
import { redact } from '@loam/redaction';
import { scanBundle } from '@loam/safety';
import { findSecret } from './draft.rules';

/**
 * What somebody says beside a draft, as it may be kept: without what is personal.
 * @param pointer of the field that said it
 * @returns why it cannot be kept, where it holds what is a secret for certain
 */
export function wordsOf<Text extends string | null>(
  text: Text,
  pointer: string,
): { readonly words: Text | string } | Rejection<'draft-holds-secret'> {
  if (text === null) return { words: text };
  const entry = { path: 'words.md', bytes: Buffer.from(text), executable: false };
  const secret = findSecret(scanBundle({ entries: [entry], description: '', frontmatter: {} }));
  if (secret !== undefined) return reject(secret.rejected, secret.detail, pointer);
  return { words: redact(text) };
}
