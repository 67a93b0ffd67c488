// at: apps/registry/src/camelCase.ts
// layout says: name is not kebab-case
export const camel = 1;
