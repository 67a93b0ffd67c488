// at: libs/kernel/src/everything.ts
// lint says: Write each export out
export * from './append';
