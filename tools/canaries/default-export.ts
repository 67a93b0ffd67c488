// at: apps/registry/src/nameless.ts
// lint says: Use a named export
const nameless = 1;
export default nameless;
