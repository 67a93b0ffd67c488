// at: apps/registry/src/print.ts
// lint says: Unexpected console statement
export const print = () => {
  console.log('here');
};
