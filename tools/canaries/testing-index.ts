// at: libs/testing/src/index.ts
export const given = 1;
