// at: apps/registry/src/swallow/swallow.controller.ts
// lint says: A handler never catches
export const swallow = (work: () => void) => {
  try {
    work();
  } catch {
    return;
  }
};
