export { eventually } from './eventually';
export { specification } from './specification';
export { testBroker, testRedis } from './test-parts';
export { testPostgres } from './test-postgres';
export { testDatabase, type TestDatabase } from './test-database';
export { testContext } from './test-context';
export { documentedPermissions, grantedPermissions } from './permissions';
export { documentedVariables, readVariables } from './variables';
