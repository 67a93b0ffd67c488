import { z } from 'zod';

/**
 * Every problem that Loam answers with (RFC 9457): a stable code, its HTTP status and a title. The `type` of a
 * problem document is `urn:loam:problem:<code>`; what is particular to an occurrence stands in `detail` and `errors`.
 */
export const problems = {
  // What every request may meet
  'request-malformed': { status: 400, title: 'The request could not be read' },
  'request-invalid': { status: 400, title: 'A parameter or field is not valid' },
  unauthenticated: { status: 401, title: 'A valid token is needed' },
  forbidden: { status: 403, title: 'The token lacks the scope for this' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'method-not-allowed': { status: 405, title: 'The path does not take this method' },
  'stream-conflict': { status: 409, title: 'It was changed by someone else meanwhile' },
  'body-too-large': { status: 413, title: 'The request body is too large' },
  'range-not-satisfiable': { status: 416, title: 'The range lies beyond what there is' },
  'media-type-unsupported': { status: 415, title: 'That media type is not understood here' },
  'rate-limited': { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Something went wrong on our side' },
  unavailable: { status: 503, title: 'A part that this needs is away; try again soon' },
  'deadline-exceeded': { status: 503, title: 'The answer did not come in time; try again soon' },

  // Catalog
  'skill-not-found': { status: 404, title: 'No such skill' },
  'version-not-found': { status: 404, title: 'No such version' },
  'version-erased': { status: 410, title: 'It was erased' },
  'version-held': { status: 403, title: 'The safety gate holds this version back' },
  'bundle-not-found': { status: 404, title: 'No such bundle' },
  'file-not-found': { status: 404, title: 'No such file in the bundle' },
  'version-exists': { status: 409, title: 'That version is published already, with other content' },
  'version-gone': { status: 409, title: 'That version was withdrawn, and its number is never used again' },
  'version-not-live': { status: 409, title: 'A channel can only point at a version that can be installed' },
  'channel-not-found': { status: 404, title: 'No such channel' },
  'channel-invalid': { status: 422, title: 'The name of the channel breaks the naming rules' },
  'requires-itself': { status: 422, title: 'A skill cannot require itself' },
  'dependency-conflict': { status: 409, title: 'No versions fit together' },
  'resolution-too-large': { status: 422, title: 'There are too many possibilities to find versions in' },
  'slug-reserved': { status: 422, title: 'The name is reserved' },
  'slug-look-alike': { status: 422, title: 'The name cannot be told from a popular one of somebody else' },
  'slug-taken': { status: 409, title: 'There is an item of that name already, or was one' },
  'skill-renamed': { status: 409, title: 'The item has another name now' },
  'namespace-owned': { status: 403, title: 'The namespace belongs to others' },
  'owner-unknown': { status: 422, title: 'There is no token of that id' },
  'namespace-not-found': { status: 404, title: 'Nobody has claimed that namespace' },
  'not-the-owner': { status: 403, title: 'The item belongs to somebody else' },
  'slug-invalid': { status: 422, title: 'The slug breaks the naming rules' },
  'version-invalid': { status: 422, title: 'The version is not a semantic version' },
  'cursor-invalid': { status: 400, title: 'The cursor does not belong to this search' },
  'embeddings-unavailable': { status: 503, title: 'The embeddings are away; try again soon' },
  'upload-lost': { status: 409, title: 'The uploaded bytes are gone; upload them again' },
  'blob-corrupt': { status: 502, title: 'The stored bytes are damaged' },
  'bundle-unreadable': { status: 422, title: 'The bundle could not be read within its limits' },

  // Bundles: the codes of the bundle reader
  'bundle-format-unknown': { status: 422, title: 'The archive is neither gzip-compressed tar nor zip' },
  'bundle-corrupt': { status: 422, title: 'The archive is damaged, or its parts contradict each other' },
  'bundle-unsupported': { status: 422, title: 'The archive uses a feature that bundles may not use' },
  'bundle-encrypted': { status: 422, title: 'The archive or one of its entries is encrypted' },
  'bundle-link': { status: 422, title: 'An entry is a symbolic or hard link' },
  'bundle-special-file': { status: 422, title: 'An entry is a device, pipe, socket or sparse file' },
  'bundle-path-unsafe': { status: 422, title: 'The path of an entry is unsafe or not portable' },
  'bundle-duplicate-name': { status: 422, title: 'Two entries have the same path' },
  'bundle-name-collision': {
    status: 422,
    title: 'Two entries have paths that some file systems do not tell apart',
  },
  'bundle-too-large': { status: 422, title: 'The bundle is larger than allowed, compressed or expanded' },
  'bundle-file-too-large': { status: 422, title: 'A text file of the bundle is larger than allowed' },
  'bundle-too-many-entries': { status: 422, title: 'The bundle holds more entries than allowed' },
  'bundle-bomb': { status: 422, title: 'The archive expands far beyond its compressed size' },
  'skill-md-missing': { status: 422, title: 'There is no SKILL.md at the root of the bundle' },
  'skill-md-wrong-case': { status: 422, title: 'The file at the root is not spelled SKILL.md' },
  'skill-md-ambiguous': { status: 422, title: 'Two files at the root could be SKILL.md' },
  'skill-md-encoding': { status: 422, title: 'SKILL.md is not UTF-8 text' },
  'frontmatter-missing': { status: 422, title: 'The text does not start with frontmatter' },
  'frontmatter-unclosed': { status: 422, title: 'The frontmatter has no closing line' },
  'frontmatter-too-large': { status: 422, title: 'The frontmatter is larger than allowed' },
  'frontmatter-invalid': {
    status: 422,
    title: 'The frontmatter is not the plain YAML mapping that is expected',
  },
  'description-missing': { status: 422, title: 'The description is missing or empty' },
  'description-too-long': { status: 422, title: 'The description is longer than allowed' },
  'description-invalid': { status: 422, title: 'The description is not text' },
  'name-missing': { status: 422, title: 'The name is missing' },
  'name-invalid': { status: 422, title: 'The name is not valid' },
  'tags-invalid': { status: 422, title: 'The tags are not a list of texts' },
  'requires-invalid': { status: 422, title: 'The list of required skills is not valid' },

  // Usage
  'event-invalid': { status: 422, title: 'The event is not valid' },
  'invocation-foreign': { status: 403, title: 'Somebody else began that invocation' },
  'invocation-not-found': { status: 404, title: 'No such invocation' },
  'usage-conflict': { status: 422, title: 'The same id was reported before, with other content' },

  // Projects
  'project-not-found': { status: 404, title: 'No such project' },
  'project-exists': { status: 409, title: 'There is a project of that slug already' },
  'remote-invalid': { status: 422, title: 'The git remote is no address of a repository' },
  'remote-taken': { status: 409, title: 'Another project has that git remote' },
  'item-repeated': { status: 422, title: 'The project lists an item twice' },
  'mapping-not-found': { status: 404, title: 'No such stack mapping' },
  'plan-not-found': { status: 404, title: 'No such plan' },
  'plan-source-missing': { status: 422, title: 'There is nowhere to take the plan from' },
  'plan-not-fetched': { status: 422, title: 'The plan could not be fetched from its address' },
  'plan-empty': { status: 422, title: 'The plan holds no text' },
  'plan-diff-too-large': { status: 422, title: 'The versions differ too much to be compared' },

  // Capture
  'capture-conflict': { status: 422, title: 'The same id was captured before, with other content' },
  'session-not-found': { status: 404, title: 'No such session' },
  'transcript-gap': { status: 409, title: 'The transcript goes on elsewhere' },
  'transcript-too-large': { status: 413, title: 'The transcript of one session is larger than allowed' },

  // Decay
  'policy-invalid': { status: 422, title: 'The decay policy is not valid' },
  'policy-not-found': { status: 404, title: 'There is no such version of the decay policy' },
  'replay-too-long': { status: 422, title: 'There is too much to replay for an answer while one waits' },
  'day-not-past': { status: 422, title: 'The day is not over yet' },

  // Drafts
  'draft-not-found': { status: 404, title: 'No such draft' },
  'draft-not-pending': { status: 409, title: 'The draft has been published or discarded already' },
  'revision-stale': { status: 412, title: 'It is not at that revision any more' },
  'revision-not-found': { status: 404, title: 'The draft says nothing of its own at that revision' },
  'draft-without-neighbour': { status: 409, title: 'Nothing that is published is much like the draft' },
  'draft-flagged': { status: 409, title: 'The draft carries flags that nobody has acknowledged' },
  'draft-holds-secret': { status: 422, title: 'A draft may not hold a secret' },
  'second-person-needed': { status: 403, title: 'Somebody else than its authors has to approve the draft' },

  // Webhooks
  'webhook-not-found': { status: 404, title: 'No such webhook' },
  'webhook-address-refused': { status: 422, title: 'That address may not be sent to' },
  'webhook-limit': { status: 409, title: 'The tenant has as many webhooks as it may' },
  'delivery-not-found': { status: 404, title: 'No such delivery' },

  // Identity
  'tenant-exists': { status: 409, title: 'There is a tenant of that name already' },
  'token-not-found': { status: 404, title: 'No such token' },
  'scope-not-grantable': { status: 403, title: 'A token cannot grant a scope that it does not have' },

  'tenant-not-found': { status: 404, title: 'No such tenant' },

  // Operations
  'mirror-off': { status: 409, title: 'The registry keeps no git mirror' },
  'transfer-not-found': { status: 404, title: 'No such export or import' },
  'transfer-expired': { status: 410, title: 'The archive was removed; export again' },
  'transfer-not-done': { status: 409, title: 'The export has no archive yet' },
  'tenant-not-empty': {
    status: 409,
    title: 'The tenant has a catalog already; only an empty one can be imported into',
  },
  'dead-letter-not-found': { status: 404, title: 'No such dead letter' },
  'redrive-failed': { status: 409, title: 'The dead letter failed again' },
  'replay-check-not-found': { status: 404, title: 'No such replay check' },
} as const satisfies Record<string, { readonly status: number; readonly title: string }>;

export type ProblemCode = keyof typeof problems;

/** Why a name cannot be published by a caller. */
export const nameProblemCodes = [
  'slug-reserved',
  'slug-look-alike',
  'skill-renamed',
  'namespace-owned',
] as const satisfies readonly ProblemCode[];

/** What may be wrong with an uploaded bundle. */
export const bundleProblemCodes = [
  'upload-lost',
  'bundle-unreadable',
  'bundle-format-unknown',
  'bundle-corrupt',
  'bundle-unsupported',
  'bundle-encrypted',
  'bundle-link',
  'bundle-special-file',
  'bundle-path-unsafe',
  'bundle-duplicate-name',
  'bundle-name-collision',
  'bundle-too-large',
  'bundle-file-too-large',
  'bundle-too-many-entries',
  'bundle-bomb',
  'skill-md-missing',
  'skill-md-wrong-case',
  'skill-md-ambiguous',
  'skill-md-encoding',
  'frontmatter-missing',
  'frontmatter-unclosed',
  'frontmatter-too-large',
  'frontmatter-invalid',
  'description-missing',
  'description-too-long',
  'description-invalid',
  'name-missing',
  'name-invalid',
  'version-invalid',
  'tags-invalid',
  'requires-invalid',
] as const satisfies readonly ProblemCode[];

/** Why an upload is not taken: what is wrong with it, or that the tenant has too many of them waiting. */
export const uploadProblemCodes = ['rate-limited', ...bundleProblemCodes] as const;
export type UploadProblemCode = (typeof uploadProblemCodes)[number];

const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(problems, code);
export const problemCodeSchema = z.string().refine(isProblemCode);

const problemErrorSchema = z.object({
  code: z.string(),
  detail: z.string(),
  /** A JSON pointer into the body, the name of a parameter, or an entry of a bundle. */
  pointer: z.string().optional(),
});
export type ProblemError = z.output<typeof problemErrorSchema>;

/** The body of every answer that is not a success (`application/problem+json`, RFC 9457). */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: problemCodeSchema,
    errors: z.array(problemErrorSchema),
    traceId: z.string(),
    /** The same code and detail once more, for clients of skill-pool. */
    error: z.string(),
    message: z.string(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.output<typeof problemSchema>;

/** What a service answers instead of a result; the gateway makes a problem document of it. */
export const failureSchema = z
  .object({
    code: problemCodeSchema,
    detail: z.string(),
    errors: z.array(problemErrorSchema).optional(),
    retryAfterSeconds: z.number().optional(),
  })
  .meta({ id: 'Failure' });
export type Failure = z.output<typeof failureSchema>;
