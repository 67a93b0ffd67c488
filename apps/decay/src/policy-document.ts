import { decayPolicySchema, type DecayPolicy } from '@loam/contracts/decay-policy';
import { reject, type Rejection } from '@loam/kernel';
import type { KnownTags } from './known-tags';

const MOST_ERRORS = 20;
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/u;

interface Misfit {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

const at = (path: readonly PropertyKey[]): string => path.map((part) => `/${String(part)}`).join('');

const strangeTags = ({ policies }: DecayPolicy, known: ReadonlySet<string>): Misfit[] =>
  policies.flatMap(({ tag }, index) =>
    tag === null || known.has(tag)
      ? []
      : [{ path: ['policies', index, 'tag'], message: `no live item has the tag ${tag}` }],
  );

const unprintableOwners = ({ policies }: DecayPolicy): Misfit[] =>
  policies.flatMap(({ archive }, index) =>
    UNPRINTABLE.test(archive?.owner ?? '')
      ? [{ path: ['policies', index, 'archive', 'owner'], message: 'must be printable characters only' }]
      : [],
  );

/**
 * Reads a policy, or says field by field what is wrong with it. That no live item has a tag is only a warning where a
 * version of the policy named that tag before.
 */
export function readPolicyDocument(
  document: unknown,
  { live, earlier }: KnownTags,
): { readonly policy: DecayPolicy; readonly warnings: string[] } | Rejection<'policy-invalid'> {
  const parsed = decayPolicySchema.safeParse(document);
  const errors = parsed.success
    ? [...strangeTags(parsed.data, new Set([...live, ...earlier])), ...unprintableOwners(parsed.data)]
    : parsed.error.issues;
  if (parsed.success && errors.length === 0) {
    const warnings = strangeTags(parsed.data, live).map(({ path, message }) => `${at(path)}: ${message}`);
    return { policy: parsed.data, warnings };
  }
  const told = errors.slice(0, MOST_ERRORS).map(({ path, message }) => ({
    ...{ code: 'policy-invalid', detail: message, pointer: at(path) },
  }));
  const detail = told.map(({ pointer, detail: why }) => `${pointer}: ${why}`).join('; ');
  return { ...reject('policy-invalid', detail), errors: told };
}
