import { z } from 'zod';
import { defineCommand, defineEvent, defineQuery } from './define';
import {
  channelSchema,
  itemSchema,
  kindSchema,
  sha256Schema,
  slugSchema,
  verdictSchema,
  versionSchema,
} from './skill';

/** Who owns a namespace: the ids of tokens, by which everything that is published says who did it. */
export const ownersSchema = z.array(z.string().min(1).max(64)).min(1).max(100);

export const NamespaceClaimed = defineEvent(
  'registry.namespace-claimed',
  1,
  z.object({ prefix: slugSchema, owners: ownersSchema }),
  { summary: 'Only these owners publish under a prefix from now on; it had other owners before, or none.' },
);

export const NamespaceReleased = defineEvent(
  'registry.namespace-released',
  1,
  z.object({ prefix: slugSchema }),
  {
    summary: 'Everybody may publish under a prefix again.',
  },
);

const namespaceSchema = z.object({
  prefix: slugSchema,
  owners: z.array(z.string()),
  claimedAt: z.iso.datetime(),
});

export const SkillRenamed = defineEvent(
  'registry.skill-renamed',
  1,
  z.object({ kind: kindSchema, slug: slugSchema, to: slugSchema, versions: z.array(versionSchema) }),
  { summary: 'An item has another name; the old one leads to it and is never given again.' },
);

export const SkillMovedIn = defineEvent(
  'registry.skill-moved-in',
  1,
  z.object({
    kind: kindSchema,
    slug: slugSchema,
    from: slugSchema,
    /** All there is to know of the versions to decide about them, in the order of their publication. */
    versions: z.array(
      z.object({
        version: versionSchema,
        sha256: sha256Schema,
        fingerprint: z.string(),
        archived: z.boolean(),
        yanked: z.boolean(),
        erased: z.boolean(),
        scanned: verdictSchema,
        reviewed: z.enum(['allow', 'block']).nullable(),
        description: z.string(),
        publishedAt: z.iso.datetime(),
      }),
    ),
    channels: z.array(z.object({ channel: channelSchema, version: versionSchema })),
  }),
  { summary: 'An item goes on under this name with everything that it was under another.' },
);

export const FindAlias = defineQuery('registry.find-alias', 1, {
  summary: 'What an item that had this name is called now.',
  scope: 'skills:read',
  input: itemSchema,
  output: z.object({ slug: slugSchema.nullable() }),
});

export const ClaimNamespace = defineCommand('registry.claim-namespace', 1, {
  summary:
    'Give a prefix of names to owners, or to other ones. `payments` covers `payments` and `payments-…`.',
  scope: 'tenant:admin',
  input: z.object({ prefix: z.string(), owners: ownersSchema }),
  output: namespaceSchema,
  problems: ['slug-invalid'],
});

export const ReleaseNamespace = defineCommand('registry.release-namespace', 1, {
  summary: 'Let everybody publish under a prefix again.',
  scope: 'tenant:admin',
  input: z.object({ prefix: z.string() }),
  output: z.object({}),
  problems: ['namespace-not-found'],
});

export const ListNamespaces = defineQuery('registry.list-namespaces', 1, {
  summary: 'The claimed namespaces, by prefix.',
  scope: 'skills:read',
  input: z.object({}),
  output: z.array(namespaceSchema),
});

export const GetNamespace = defineQuery('registry.get-namespace', 1, {
  summary: 'A namespace with everyone who ever owned it, newest first.',
  scope: 'skills:read',
  input: z.object({ prefix: z.string() }),
  output: namespaceSchema.extend({
    history: z.array(z.object({ owners: z.array(z.string()), at: z.iso.datetime(), by: z.string() })),
  }),
  problems: ['namespace-not-found'],
});

export const RenameSkill = defineCommand('registry.rename-skill', 1, {
  summary: 'Give an item another name. The old one leads to it, and can never be published again.',
  scope: 'skills:publish',
  input: itemSchema.extend({ to: z.string() }),
  output: z.object({ kind: kindSchema, from: slugSchema, slug: slugSchema }),
  problems: [
    ...(['skill-not-found', 'skill-renamed', 'slug-invalid', 'slug-taken', 'slug-reserved'] as const),
    ...(['slug-look-alike', 'namespace-owned', 'not-the-owner'] as const),
  ],
});
