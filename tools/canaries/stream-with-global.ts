// at: apps/registry/src/age.stream.ts
// lint says: The pure core touches nothing outside its arguments
export const home = () => process.cwd();
