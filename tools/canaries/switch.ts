// at: apps/registry/src/half-a-switch.ts
// lint says: Switch is not exhaustive
export const word = (status: 'active' | 'archived') => {
  switch (status) {
    case 'active':
      return 'in use';
  }
  return '';
};
