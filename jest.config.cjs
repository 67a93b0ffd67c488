/** Three sizes of test: pure (`.spec`), with real servers (`.int.spec`), through the gateway with real processes (`.e2e.spec`). */
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

module.exports = {
  projects: [
    { ...shared, displayName: 'unit', testRegex: '(?<!\\.(int|e2e))\\.spec\\.ts$' },
    { ...shared, displayName: 'int', testRegex: '\\.int\\.spec\\.ts$' },
    { ...shared, displayName: 'e2e', testRegex: '\\.e2e\\.spec\\.ts$' },
  ],
};
