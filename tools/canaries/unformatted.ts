// at: apps/registry/src/unformatted.ts
// format says: [warn]
export   const spaced = "wide"
