/** Rules between the files of one project; eslint.config.mjs holds those between projects. */

const TEST = '\\.(spec|features|fixtures)\\.ts$|^libs/testing/';
const PURE_LIBS = '^libs/(contracts|kernel|bundles|redaction|capture|evaluation)/';
const SERVICES = 'registry|telemetry|capturer|decay|gateway';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'Files of a cycle can only be understood, loaded and deleted together; type imports count.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'slices-are-islands',
      comment:
        'A slice that reaches into another cannot be deleted alone. Share by a file at the root of src.',
      severity: 'error',
      from: { path: `^apps/(${SERVICES})/src/([^/]+)/` },
      to: { path: '^apps/$1/src/[^/]+/', pathNot: '^apps/$1/src/$2/' },
    },
    {
      name: 'nobody-imports-the-root',
      comment: 'Module, work, env and main gather the slices; nothing looks back up at them.',
      severity: 'error',
      from: {
        path: '^apps/',
        pathNot:
          '^apps/[^/]+/src/(main|[^/]+\\.(module|work))\\.ts$|\\.(int|e2e)\\.spec\\.ts$|\\.env\\.spec\\.ts$',
      },
      to: { path: '^apps/[^/]+/src/(main|[^/]+\\.(module|env))\\.ts$' },
    },
    {
      name: 'streams-know-only-contracts',
      comment:
        'The pure core knows words, other streams and rules of its service and helpers of its own slice.',
      severity: 'error',
      from: { path: '^(apps/.+/)[^/]+\\.(stream|decider|rules)\\.ts$' },
      to: {
        pathNot: [
          PURE_LIBS,
          '^apps/[^/]+/src/[^/]+\\.(stream|rules)\\.ts$',
          '^$1[^/]+\\.ts$',
          'node_modules/(zod|semver)/',
        ],
      },
    },
    {
      name: 'projections-know-only-contracts-and-the-log',
      comment: 'An inline projection writes its rows through the unit of work that it is given.',
      severity: 'error',
      from: { path: '^(apps/.+/)[^/]+\\.projection\\.ts$' },
      to: {
        pathNot: [
          PURE_LIBS,
          '^libs/(event-store|database)/',
          '^apps/[^/]+/src/[^/]+\\.(stream|rules)\\.ts$',
          '^$1[^/]+\\.ts$',
          'node_modules/(zod|semver)/',
        ],
      },
    },
    {
      name: 'services-meet-only-in-contracts',
      comment: 'What another app knows arrives as a message.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'no-spec-in-prod',
      comment: 'Test code must not ship.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: TEST },
      to: { path: TEST },
    },
    {
      name: 'no-orphans',
      comment: 'A file that nothing uses and that uses nothing is left over.',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: [TEST, '\\.d\\.ts$', '/main\\.ts$', '\\.worker\\.ts$', '/src/migrations/'],
      },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['require', 'node', 'default'],
    },
  },
};
