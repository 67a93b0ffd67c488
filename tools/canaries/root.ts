// at: apps/registry/src/registry.env.ts
export const port = 1;
