import { decayPolicySchema, type DecayPolicy } from '@loam/contracts/decay-policy';
import { reject, type Rejection } from '@loam/kernel';

const MOST_ERRORS = 20;

const at = (path: readonly PropertyKey[]): string => path.map((part) => `/${String(part)}`).join('');

const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/u;

const misfitsOf = ({ policies }: DecayPolicy, tags: ReadonlySet<string>) =>
  policies.flatMap(({ tag, archive }, index) => [
    ...(tag === null || tags.has(tag)
      ? []
      : [{ path: ['policies', index, 'tag'], message: `no live item has the tag ${tag}` }]),
    ...(UNPRINTABLE.test(archive?.owner ?? '')
      ? [{ path: ['policies', index, 'archive', 'owner'], message: 'must be printable characters only' }]
      : []),
  ]);

/** Reads a policy, or says field by field what is wrong with it. @param tags those that live items have */
export function readPolicyDocument(
  document: unknown,
  tags: ReadonlySet<string>,
): DecayPolicy | Rejection<'policy-invalid'> {
  const parsed = decayPolicySchema.safeParse(document);
  const errors = parsed.success ? misfitsOf(parsed.data, tags) : parsed.error.issues;
  if (parsed.success && errors.length === 0) return parsed.data;
  const told = errors.slice(0, MOST_ERRORS).map(({ path, message }) => ({
    ...{ code: 'policy-invalid', detail: message, pointer: at(path) },
  }));
  const detail = told.map(({ pointer, detail: why }) => `${pointer}: ${why}`).join('; ');
  return { ...reject('policy-invalid', detail), errors: told };
}
