// at: libs/pages/src/index.ts
export const page = 1;
