/**
 * Three sizes of test: pure (`.spec`), with real servers (`.int.spec`), through the gateway with real processes
 * (`.e2e.spec`). Apart from them, what breaks and kills parts of a Loam of its own (`.faults.e2e.spec`), and what needs
 * an S3 server (`.s3.spec`), which tools/s3-conformance.mjs starts.
 */
const shared = {
  testEnvironment: 'node',
  roots: ['<rootDir>/apps', '<rootDir>/libs'],
  transform: { '^.+\\.(t|j)s$': '@swc/jest' },
  // jose is published as ES modules only.
  transformIgnorePatterns: ['/node_modules/(?!(jose)/)'],
  moduleNameMapper: {
    '^@loam/contracts/(.*)$': '<rootDir>/libs/contracts/src/$1',
    '^@loam/([^/]+)$': '<rootDir>/libs/$1/src',
  },
};

/** What the tests of a kind share, started and stopped with the run: a Postgres server; a whole Loam. */
const hooks = (folder) => ({
  globalSetup: `${__dirname}/${folder}/src/global-setup.ts`,
  globalTeardown: `${__dirname}/${folder}/src/global-teardown.ts`,
});

module.exports = {
  maxWorkers: 2,
  testTimeout: 30_000,
  projects: [
    { ...shared, displayName: 'unit', testRegex: '(?<!\\.(int|e2e|s3))\\.spec\\.ts$' },
    { ...shared, ...hooks('libs/testing'), displayName: 'int', testRegex: '\\.int\\.spec\\.ts$' },
    { ...shared, ...hooks('apps/e2e'), displayName: 'e2e', testRegex: '(?<!\\.faults)\\.e2e\\.spec\\.ts$' },
    { ...shared, displayName: 'faults', testRegex: '\\.faults\\.e2e\\.spec\\.ts$' },
    { ...shared, displayName: 's3', testRegex: '\\.s3\\.spec\\.ts$' },
  ],
};
