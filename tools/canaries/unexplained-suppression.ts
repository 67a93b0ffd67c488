// at: apps/registry/src/unexplained.ts
// lint says: Unexpected undescribed directive comment
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export const quiet: (text: string) => any = (text) => text;
